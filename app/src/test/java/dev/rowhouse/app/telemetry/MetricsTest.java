package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What metrics tell, that the table in METRICS.md tells the same, and that no client adds series to them. */
class MetricsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int MADE_UP = 1_000;
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(rowhouse_[a-z_]+)` \\| (\\w+) \\|([^|]*)\\|");
    private static final Pattern TYPED = Pattern.compile("(?m)^# TYPE (rowhouse_[a-z_]+) (\\w+)$");
    private static final Pattern SERIES = Pattern.compile("(?m)^(rowhouse_[a-z_]+)(?:\\{([^}]*)})? ");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern WORD = Pattern.compile("`([^`]+)`");

    private final ObservedApp observed = ObservedApp.SHARED;
    private final RunningApp app = observed.app;

    @Test
    void everyMetricIsInTheTableAndEveryLineOfTheTableIsExposed() throws IOException {
        var documented = documented();

        await().atMost(SOON).untilAsserted(() -> {
            var metrics = observed.metrics();
            var exposed = new TreeMap<String, String>();
            TYPED.matcher(metrics).results().forEach(type -> exposed.put(type.group(1), type.group(2)));
            assertThat(exposed)
                    .isEqualTo(documented.entrySet().stream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey, line -> line.getValue().type(), (a, _) -> a, TreeMap::new)));
            assertThat(labels(metrics))
                    .allSatisfy((metric, labels) -> assertThat(labels)
                            .as(metric)
                            .isEqualTo(documented.get(metric).labels()));
        });
    }

    @Test
    void whatClientsMakeUpAddsNoSeries() {
        var client =
                WebClient.builder().baseUrl("http://127.0.0.1:" + app.port()).build();
        Flux.range(0, MADE_UP)
                .flatMap(number -> madeUp(client, number), 16)
                .then()
                .block(SOON);

        var values = new TreeMap<String, Set<String>>();
        for (var series : SERIES.matcher(observed.metrics()).results().toList()) {
            if (series.group(1).startsWith("rowhouse_requests_seconds") && series.group(2) != null) {
                LABEL.matcher(series.group(2))
                        .results()
                        .forEach(label -> values.computeIfAbsent(label.group(1), _ -> new TreeSet<>())
                                .add(label.group(2)));
            }
        }
        assertThat(values.keySet()).isSubsetOf("route", "method", "status", "plan", "le");
        assertThat(values.get("route")).isSubsetOf("read", "write", "call", "bulk", "events", "admin", "other");
        assertThat(values.get("method")).isSubsetOf("read", "write", "other");
        assertThat(values.get("status")).isSubsetOf("none", "1xx", "2xx", "3xx", "4xx", "5xx");
        assertThat(values.get("plan")).isSubsetOf("none", "standard", "tight", "other");
        assertThat(observed.metrics()).doesNotContain("made-up").doesNotContain(observed.tenant.slug());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness"})
    void healthIsToldOnThePortForOperatorsToolsAndNowhereElse(String path) {
        app.management()
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("UP")
                .jsonPath("$.components")
                .doesNotExist();
        app.client().get().uri(path).exchange().expectStatus().isNotFound();
    }

    @Test
    void readinessTellsItsReasonsThereAndNowhereElse() {
        var path = "/actuator/health/readiness";
        app.management()
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .json(
                        "{\"status\": \"UP\", \"components\":"
                                + " {\"readinessState\": {\"status\": \"UP\"}, \"secrets\": {\"status\": \"UP\"}}}",
                        JsonCompareMode.STRICT);
        app.client().get().uri(path).exchange().expectStatus().isNotFound();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env",
                "heapdump",
                "configprops",
                "beans",
                "loggers",
                "threaddump",
                "mappings",
                "info",
                "metrics",
                "shutdown"
            })
    void nothingElseIsToldThere(String endpoint) {
        app.management()
                .get()
                .uri("/actuator/" + endpoint)
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    private Mono<Void> madeUp(WebClient client, int number) {
        var method = number % 3 == 0 ? HttpMethod.valueOf("MADE" + number) : HttpMethod.GET;
        var path = switch (number % 5) {
            case 0 -> "/t/made-up-" + number + "/rest/v1/item";
            case 1 -> "/made-up/" + number;
            case 2 -> "/t/" + observed.tenant.slug() + "/rest/v1/made-up-" + number;
            case 3 -> "/admin/v1/made-up-" + number + "/%22%0a" + number;
            default -> "/t/" + observed.tenant.slug() + "/rest/v1/item/" + number + "?made-up-" + number + "=eq.%7B%7D";
        };
        return client.method(method)
                .uri(URI.create("http://127.0.0.1:" + app.port() + path))
                .header("apikey", observed.tenant.secret())
                .header("X-Plan", "made-up-" + number)
                .exchangeToMono(answer -> answer.releaseBody());
    }

    private record Documented(String type, Set<String> labels) {}

    private static Map<String, Documented> documented() throws IOException {
        var documented = new TreeMap<String, Documented>();
        var table = Files.readString(Path.of("METRICS.md"));
        for (var line : DOCUMENTED.matcher(table).results().toList()) {
            var labels = WORD.matcher(line.group(3))
                    .results()
                    .map(word -> word.group(1))
                    .collect(Collectors.toSet());
            documented.put(line.group(1), new Documented(line.group(2), labels));
        }
        return documented;
    }

    private static Map<String, Set<String>> labels(String metrics) {
        var labels = new TreeMap<String, Set<String>>();
        for (var series : SERIES.matcher(metrics).results().toList()) {
            var metric = series.group(1).replaceFirst("_(total|count|sum|bucket|max)$", "");
            var of = labels.computeIfAbsent(metric, _ -> new TreeSet<>());
            if (series.group(2) != null) {
                LABEL.matcher(series.group(2))
                        .results()
                        .map(label -> label.group(1))
                        .filter(label -> !label.equals("le"))
                        .forEach(of::add);
            }
        }
        return labels;
    }
}
