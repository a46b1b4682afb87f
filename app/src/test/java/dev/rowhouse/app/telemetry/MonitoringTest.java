package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** What {@code k8s} tells operators holds: rules work, each alert has its runbook, and what both name is there. */
class MonitoringTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Path MONITORING = Promtool.MONITORING;
    private static final Path RUNBOOKS = Path.of("../k8s/runbooks");
    private static final Pattern METRIC =
            Pattern.compile("(?<![\\w:])((?:rowhouse|jvm|process|ssl)_[a-z_]+)(?![\\w:]*:)");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)[{ ]");
    private static final Pattern CALL = Pattern.compile("`(GET|POST|PUT|PATCH|DELETE) (/admin/v1/[^` ]+)");

    /** Exposed only where certificates are configured. */
    private static final Set<String> SOMEWHERE = Set.of("ssl_chain_expiry_seconds");

    private final ObservedApp observed = ObservedApp.SHARED;

    @Test
    void everyAlertFiresAndClears(@TempDir Path directory) throws IOException, InterruptedException {
        if (!Promtool.isThere()) {
            return;
        }
        Promtool.writeRules(directory);
        Files.copy(MONITORING.resolve("rules_test.yaml"), directory.resolve("rules_test.yaml"));

        assertThat(Promtool.run(directory, "check", "rules", "rules.yaml")).contains("SUCCESS");
        assertThat(Promtool.run(directory, "test", "rules", "rules_test.yaml")).contains("SUCCESS");
    }

    @Test
    void everyAlertIsTestedAndHasItsRunbookAndEveryRunbookAnAlert() throws IOException {
        var tests = Files.readString(MONITORING.resolve("rules_test.yaml"));
        var named = new TreeSet<String>();
        for (var alert : Promtool.alerts()) {
            assertThat(tests).contains("alertname: " + alert.name() + "\n");
            var runbook = Path.of("..").resolve(alert.runbook());
            assertThat(runbook).exists();
            assertThat(Files.readString(runbook))
                    .contains("`" + alert.name() + "`")
                    .contains("## Symptom", "## Checks", "## Actions");
            named.add(runbook.getFileName().toString());
        }
        assertThat(Promtool.alerts()).hasSizeGreaterThan(15);
        assertThat(named)
                .isEqualTo(runbooks().map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
    }

    @Test
    void everyAlertIsRaisedByAFault() throws IOException {
        var injected = list(Path.of("src/test/java/dev/rowhouse/app/telemetry")).stream()
                .filter(file -> file.getFileName().toString().matches("Injected\\w*FaultsTest\\.java"))
                .map(MonitoringTest::read)
                .collect(Collectors.joining());

        assertThat(Promtool.alerts())
                .extracting(Promtool.Alert::name)
                .allSatisfy(name -> assertThat(injected).contains("\"" + name + "\""));
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
}
