package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The product's rules of Prometheus, and Prometheus' own tool to try them. */
final class Promtool {

    static final Path MONITORING = Path.of("../k8s/monitoring");

    private Promtool() {}

    /** Says whether there is one, loudly if not. */
    static boolean isThere() {
        var there = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        if (!there) {
            System.out.println(
                    "\n*** promtool is not on the PATH: THE ALERT RULES WERE NOT TESTED (Debian: apt install prometheus) ***\n");
        }
        return there;
    }

    /** Writes the rules to {@code rules.yaml}, as Prometheus itself reads them. */
    static void writeRules(Path directory) throws IOException {
        writeRules(MONITORING, directory);
    }

    static void writeRules(Path of, Path directory) throws IOException {
        Files.writeString(directory.resolve("rules.yaml"), new Yaml().dump(Map.of("groups", groups(of))));
    }

    /** Returns what the tool prints; fails with that unless it ends well. */
    static String run(Path directory, String... arguments) throws IOException, InterruptedException {
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

    /** Returns each alert's name with its runbook. */
    @SuppressWarnings("unchecked") // as PrometheusRule is defined
    static List<Alert> alerts() throws IOException {
        var alerts = new ArrayList<Alert>();
        for (var group : groups(MONITORING)) {
            for (var rule : (List<Map<String, Object>>) group.get("rules")) {
                if (rule.containsKey("alert")) {
                    var annotations = (Map<String, String>) rule.get("annotations");
                    alerts.add(new Alert((String) rule.get("alert"), annotations.get("runbook_url")));
                }
            }
        }
        return alerts;
    }

    record Alert(String name, String runbook) {}

    @SuppressWarnings("unchecked") // as PrometheusRule is defined
    private static List<Map<String, Object>> groups(Path folder) throws IOException {
        Map<String, Map<String, Object>> rule =
                new Yaml().load(Files.readString(folder.resolve("prometheusrule.yaml")));
        return (List<Map<String, Object>>) rule.get("spec").get("groups");
    }
}
