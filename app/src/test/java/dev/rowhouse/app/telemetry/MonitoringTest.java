package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpMethod;
import org.yaml.snakeyaml.Yaml;

/** What {@code k8s} tells operators holds: rules work, each alert has its runbook, and what both name is there. */
class MonitoringTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Path MONITORING = Path.of("../k8s/monitoring");
    private static final Path RUNBOOKS = Path.of("../k8s/runbooks");
    private static final Pattern METRIC =
            Pattern.compile("(?<![\\w:])((?:rowhouse|jvm|process|ssl)_[a-z_]+)(?![\\w:]*:)");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)[{ ]");
    private static final Pattern CALL = Pattern.compile("`(GET|POST|PUT|PATCH|DELETE) (/admin/v1/[^` ]+)");

    /** Exposed only where certificates are configured. */
    private static final Set<String> SOMEWHERE = Set.of("ssl_chain_expiry_seconds");

    private final ObservedApp observed = ObservedApp.SHARED;

    private record Alert(String name, String runbook) {}

    @Test
    void everyAlertFiresAndClears(@TempDir Path directory) throws IOException, InterruptedException {
        if (!isPromtoolThere()) {
            System.out.println(
                    "\n*** promtool is not on the PATH: THE ALERT RULES WERE NOT TESTED (Debian: apt install prometheus) ***\n");
            return;
        }
        Files.writeString(directory.resolve("rules.yaml"), new Yaml().dump(Map.of("groups", groups())));
        Files.copy(MONITORING.resolve("rules_test.yaml"), directory.resolve("rules_test.yaml"));

        assertThat(promtool(directory, "check", "rules", "rules.yaml")).contains("SUCCESS");
        assertThat(promtool(directory, "test", "rules", "rules_test.yaml")).contains("SUCCESS");
    }

    @Test
    void everyAlertIsTestedAndHasItsRunbookAndEveryRunbookAnAlert() throws IOException {
        var tests = Files.readString(MONITORING.resolve("rules_test.yaml"));
        var named = new TreeSet<String>();
        for (var alert : alerts()) {
            assertThat(tests).contains("alertname: " + alert.name() + "\n");
            var runbook = Path.of("..").resolve(alert.runbook());
            assertThat(runbook).exists();
            assertThat(Files.readString(runbook))
                    .contains("`" + alert.name() + "`")
                    .contains("## Symptom", "## Checks", "## Actions");
            named.add(runbook.getFileName().toString());
        }
        assertThat(alerts()).hasSizeGreaterThan(15);
        assertThat(named)
                .isEqualTo(runbooks().map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
    }

    @Test
    void everyMetricThatRulesDashboardsAndRunbooksNameIsExposed() {
        var named = new TreeSet<String>();
        files().forEach(file -> METRIC.matcher(read(file)).results().forEach(metric -> named.add(metric.group(1))));
        named.removeAll(SOMEWHERE);

        assertThat(named).hasSizeGreaterThan(25);
        await().atMost(SOON).untilAsserted(() -> {
            get("item");
            assertThat(exposed()).containsAll(named);
        });
    }

    static Stream<String> calls() {
        return runbooks()
                .flatMap(file -> CALL.matcher(read(file)).results())
                .map(call -> call.group(1) + " " + call.group(2).replaceFirst("\\?.*", ""))
                .distinct()
                .sorted();
    }

    // An operator who may only read: what would change something is refused, but not as unknown.
    @ParameterizedTest
    @MethodSource("calls")
    void everyCallOfARunbookIsARoute(String call) {
        var parts = call.split(" ");
        var path = parts[1].replaceAll("\\{version}", "1").replaceAll("\\{\\w+}", "x");
        var answer = observed.app
                .client()
                .method(HttpMethod.valueOf(parts[0]))
                .uri(URI.create("http://127.0.0.1:" + observed.app.port() + path))
                .header("Authorization", "Bearer " + RunningApp.READER)
                .exchange()
                .expectBody(String.class)
                .returnResult();

        assertThat(answer.getStatus().value()).as(call).isIn(200, 400, 403, 404);
        assertThat(String.valueOf(answer.getResponseBody())).doesNotContain("there is nothing at this address");
    }

    private void get(String relation) {
        observed.app
                .client()
                .get()
                .uri(observed.tenant.path(relation))
                .header("apikey", observed.tenant.secret())
                .exchange();
    }

    private Set<String> exposed() {
        return SAMPLE.matcher(observed.metrics())
                .results()
                .map(sample -> sample.group(1))
                .collect(Collectors.toSet());
    }

    @SuppressWarnings("unchecked") // as PrometheusRule is defined
    private static List<Map<String, Object>> groups() {
        Map<String, Map<String, Object>> rule = new Yaml().load(read(MONITORING.resolve("prometheusrule.yaml")));
        return (List<Map<String, Object>>) rule.get("spec").get("groups");
    }

    @SuppressWarnings("unchecked") // as PrometheusRule is defined
    private static List<Alert> alerts() {
        var alerts = new ArrayList<Alert>();
        for (var group : groups()) {
            for (var rule : (List<Map<String, Object>>) group.get("rules")) {
                if (rule.containsKey("alert")) {
                    var annotations = (Map<String, String>) rule.get("annotations");
                    alerts.add(new Alert((String) rule.get("alert"), annotations.get("runbook_url")));
                }
            }
        }
        return alerts;
    }

    private static Stream<Path> files() {
        return Stream.of(
                        list(MONITORING.resolve("dashboards")).stream(),
                        runbooks(),
                        Stream.of(MONITORING.resolve("prometheusrule.yaml")))
                .flatMap(all -> all);
    }

    private static Stream<Path> runbooks() {
        return list(RUNBOOKS).stream();
    }

    private static List<Path> list(Path directory) {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isPromtoolThere() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    }

    private static String promtool(Path directory, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
