package dev.rowhouse.k8s;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What holds of the configuration that Rowhouse is given. */
final class SettingRules {

    // Which are none of ours, each read by Spring Boot under this name.
    private static final Set<String> OF_SPRING = Set.of(
            "management.server.port",
            "management.endpoints.web.exposure.include",
            "management.endpoint.health.probes.enabled",
            "management.endpoint.health.group.liveness.include",
            "management.endpoint.health.group.readiness.include",
            "server.shutdown",
            "spring.lifecycle.timeout-per-shutdown-phase");

    static final List<Rule> ALL = List.of(
            new Rule(
                    "plans are bound as a whole",
                    rendering ->
                            ReadFiles.violations(rendering, "rowhouse.plans-file", "dev.rowhouse.app.PlanProperties")),
            new Rule(
                    "shards are bound as a whole",
                    rendering -> ReadFiles.violations(
                            rendering, "rowhouse.shards-file", "dev.rowhouse.app.ShardProperties")),
            new Rule("every property is a real one", rendering -> RealProperties.violations(settings(rendering))),
            new Rule(
                    "Spring's properties are the ones that are meant",
                    rendering -> settings(rendering)
                            .names()
                            .filter(name -> !name.startsWith("rowhouse.") && !OF_SPRING.contains(name))),
            new Rule(
                    "liveness asks the process alone",
                    rendering -> only(rendering, "management.endpoint.health.group.liveness.include", "livenessState")),
            new Rule(
                    "readiness asks nothing that all instances share",
                    rendering -> only(
                            rendering, "management.endpoint.health.group.readiness.include", "readinessState,secrets")),
            new Rule(
                    "management shows health and metrics alone",
                    rendering -> only(rendering, "management.endpoints.web.exposure.include", "health,prometheus")));

    private SettingRules() {}

    private static Settings settings(Rendering rendering) {
        return Settings.of(rendering);
    }

    private static Stream<String> only(Rendering rendering, String property, String value) {
        var set = rendering.setting(property);
        return set.equals(value) ? Stream.of() : Stream.of(property + ": " + set);
    }
}
