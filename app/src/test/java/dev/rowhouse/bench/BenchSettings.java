package dev.rowhouse.bench;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much is measured.
 *
 * @param seconds of one measurement
 * @param warmUpSeconds of each kind of request at the least, before the first measurement
 * @param rounds in which all take turns; the report shows medians
 * @param connections the load generator keeps busy
 * @param tenants onboarded on the one shard
 * @param bulkRows in one bulk load
 * @param only the parts that are measured; empty for all
 * @param requests the kinds of request that are measured, by the beginnings of their names; empty for all
 */
record BenchSettings(
        int seconds,
        int warmUpSeconds,
        int rounds,
        int connections,
        int tenants,
        int bulkRows,
        Set<String> only,
        Set<String> requests) {

    static BenchSettings fromSystemProperties() {
        return new BenchSettings(
                Integer.getInteger("bench.seconds", 5),
                Integer.getInteger("bench.warm-up", 20),
                Integer.getInteger("bench.rounds", 3),
                Integer.getInteger("bench.connections", 32),
                Integer.getInteger("bench.tenants", 1_000),
                Integer.getInteger("bench.rows", 100_000),
                listed("bench.only"),
                listed("bench.requests"));
    }

    private static Set<String> listed(String property) {
        return Arrays.stream(System.getProperty(property, "").split(","))
                .filter(part -> !part.isBlank())
                .collect(Collectors.toSet());
    }

    boolean measures(String part) {
        return only.isEmpty() || only.contains(part);
    }

    boolean measures(Scenario scenario) {
        return requests.isEmpty() || requests.stream().anyMatch(scenario.name()::startsWith);
    }
}
