package dev.rowhouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Runs the whole benchmark; {@code mvn -Pbench} starts it. See {@link BenchSettings} for what can be set. */
public final class Benchmark {

    private static final Path PAGE = Path.of("BENCHMARKS.md");

    private Benchmark() {}

    public static void main(String[] arguments) {
        System.setProperty("logging.level.root", "WARN");
        try {
            run(BenchSettings.fromSystemProperties());
            System.exit(0);
        } catch (RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(BenchSettings settings) {
        var directory = workDirectory();
        try (var street = BenchStreet.open(directory)) {
            var generator = LoadGenerator.installed(directory);
            var report = new Report(
                    settings,
                    generator.name(),
                    Limit.isInstalled() ? "`pgbench -M prepared`" : "not taken, pgbench is not installed");
            say("onboarding " + settings.tenants() + " tenants");
            if (settings.measures("onboarding")) {
                new Onboardings(street, settings).measure(report);
            } else {
                street.product().ask("onboard tenant- " + settings.tenants() + " 4");
            }
            say("giving each its rows");
            street.fill();
            if (settings.measures("requests")) {
                say("measuring requests");
                var limit = new Limit(street.shard(), street.server().superuser(), directory);
                new Requests(street, settings, generator, limit).measure(report);
            }
            if (settings.measures("fairness")) {
                say("measuring a noisy neighbour");
                new Neighbours(street, settings).fairness(report);
            }
            if (settings.measures("overload")) {
                say("measuring overload");
                new Neighbours(street, settings).overload(report);
            }
            if (settings.measures("redis")) {
                say("measuring a Redis that hangs");
                new HeldRedis(street, settings).measure(report);
            }
            if (settings.measures("bulk")) {
                say("measuring bulk loads");
                new Bulk(street, settings).measure(report);
            }
            if (settings.measures("relay")) {
                say("measuring the way to Kafka");
                new Relayed(street, settings).measure(report);
            }
            System.out.println("\n" + report.text());
            // A part alone is looked at, not kept.
            if (settings.only().isEmpty() && settings.requests().isEmpty()) {
                report.writeTo(PAGE);
                say("written to " + PAGE.toAbsolutePath());
            }
        }
        delete(directory);
    }

    private static void say(String text) {
        System.out.println("Benchmark: " + text);
    }

    private static Path workDirectory() {
        try {
            return Files.createTempDirectory("rowhouse-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
