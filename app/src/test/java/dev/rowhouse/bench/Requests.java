package dev.rowhouse.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures each kind of request: limit, control, product for one tenant, product for all tenants, and again. */
final class Requests {

    private enum Who {
        LIMIT,
        CONTROL,
        ONE_TENANT,
        ALL_TENANTS
    }

    /** Warm-up ends when a slice of it brought less than this over the one before. */
    private static final double STEADY = 1.03;

    private static final double LONGEST_WARM_UP = 1.5;

    private final BenchStreet street;
    private final BenchSettings settings;
    private final LoadGenerator generator;
    private final Limit limit;
    private final CpuClock database;

    Requests(BenchStreet street, BenchSettings settings, LoadGenerator generator, Limit limit) {
        this.street = street;
        this.settings = settings;
        this.generator = generator;
        this.limit = limit;
        this.database = street.databaseClock();
    }

    void measure(Report report) {
        var measured = new LinkedHashMap<Scenario, Map<Who, List<Sample>>>();
        for (var scenario : Scenario.all().stream().filter(settings::measures).toList()) {
            measured.put(scenario, new EnumMap<>(Who.class));
        }
        var statements = new LinkedHashMap<Scenario, ProductStatement>();
        for (var scenario : measured.keySet()) {
            statements.put(scenario, street.statement(scenario));
            warmUp(scenario, Who.CONTROL);
            warmUp(scenario, Who.ALL_TENANTS);
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            for (var scenario : measured.keySet()) {
                turn(scenario, statements.get(scenario), measured.get(scenario));
            }
        }
        report.section(
                "Requests",
                "request",
                "who",
                "per second",
                "p50",
                "p99",
                "application CPU µs",
                "database CPU µs",
                "of the limit",
                "of the control",
                "failures");
        measured.forEach((scenario, samples) -> rows(report, scenario.name(), samples));
    }

    // Both get the same: a stated time at full concurrency at the least, and then until it brings no more.
    private void warmUp(Scenario scenario, Who who) {
        int slice = Math.max(1, settings.warmUpSeconds() / 2);
        double before = 0;
        double now = 0;
        for (int second = 0;
                second < settings.warmUpSeconds()
                        || now > STEADY * before && second < LONGEST_WARM_UP * settings.warmUpSeconds();
                second += slice) {
            before = now;
            now = application(scenario, who, slice).perSecond();
        }
        if (now == 0) {
            throw new IllegalStateException(who + " does not answer: " + scenario.name());
        }
        System.out.printf("  %-34s %-12s %,10.0f/s (warming up)%n", scenario.name(), who, now);
    }

    private void turn(Scenario scenario, ProductStatement statement, Map<Who, List<Sample>> samples) {
        for (var who : Who.values()) {
            if (who == Who.LIMIT && !Limit.isInstalled()) {
                continue;
            }
            int seconds = settings.seconds();
            var sample = who == Who.LIMIT
                    ? withCpu(null, seconds, () -> limit.run(scenario, statement, settings.connections(), seconds))
                    : application(scenario, who, seconds);
            System.out.printf("  %-34s %-12s %,10.0f/s%n", scenario.name(), who, sample.perSecond());
            samples.computeIfAbsent(who, _ -> new ArrayList<>()).add(sample);
        }
    }

    private Sample application(Scenario scenario, Who who, int seconds) {
        return who == Who.CONTROL
                ? load(street.control(), street.controlPort(), scenario.control(), street.oneTenant(), seconds)
                : load(
                        street.product(),
                        street.productPort(),
                        scenario.product(),
                        who == Who.ONE_TENANT ? street.oneTenant() : street.tenants(),
                        seconds);
    }

    private Sample load(JavaProcess application, int port, Call call, Path tenants, int seconds) {
        return withCpu(
                new CpuClock(application.pid()),
                seconds,
                () -> generator.run(port, call, tenants, settings.connections(), seconds));
    }

    private Sample withCpu(@Nullable CpuClock application, int seconds, Supplier<Sample> measurement) {
        long applicationBefore = application == null ? 0 : application.microseconds();
        long databaseBefore = database.microseconds();
        var sample = measurement.get();
        double requests = sample.perSecond() * seconds;
        return sample.withCpu(
                application == null ? Double.NaN : (application.microseconds() - applicationBefore) / requests,
                (database.microseconds() - databaseBefore) / requests);
    }

    private void rows(Report report, String name, Map<Who, List<Sample>> samples) {
        var limited = samples.containsKey(Who.LIMIT) ? Sample.median(samples.get(Who.LIMIT)) : null;
        var controlled = Sample.median(samples.get(Who.CONTROL));
        samples.forEach((who, all) -> report.request(name, label(who), Sample.median(all), limited, controlled));
    }

    private String label(Who who) {
        return switch (who) {
            case LIMIT -> "limit";
            case CONTROL -> "control";
            case ONE_TENANT -> "Rowhouse, 1 tenant";
            case ALL_TENANTS -> "Rowhouse, " + settings.tenants() + " tenants";
        };
    }
}
