package dev.rowhouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures what tenants feel of one that asks for too much, and what is left of the capacity when all do. */
final class Neighbours {

    private static final int QUIET = 10;
    private static final int BUSY = 32;
    private static final int SEVERAL = 64;
    private static final int MANY = 600;
    private static final int QUOTA_OF_CAPACITY = 10;
    private static final int QUIET_OF_CAPACITY = 100;
    private static final int WARM_UP_SECONDS = 10;
    private static final int LEAD_SECONDS = 4;

    private final BenchStreet street;
    private final BenchSettings settings;
    private final CpuClock database;
    private final Call read = Scenario.all().getFirst().product();

    Neighbours(BenchStreet street, BenchSettings settings) {
        this.street = street;
        this.settings = settings;
        this.database = street.databaseClock();
    }

    /** How the processor was used, in microseconds per answer of whatever kind, from the first of the lead to the last. */
    private record Used(Offered offered, double application, double database) {}

    /** Quiet tenants alone, beside one that sends ten times its quota, and beside one whose requests cost much. */
    void fairness(Report report) {
        double capacity = capacity();
        var quiet = some(1, 1 + QUIET, "quiet.tsv");
        var noisy = some(0, 1, "noisy.tsv");
        long quota = Math.max(1, (long) capacity / QUOTA_OF_CAPACITY);
        quotas(0, Map.of("requests_per_second", quota));
        double few = QUIET * capacity / QUIET_OF_CAPACITY;
        offered(quiet, BUSY, WARM_UP_SECONDS, few);
        var alone = offered(quiet, BUSY, settings.seconds(), few);
        var flood = CompletableFuture.supplyAsync(() -> offered(noisy, SEVERAL, settings.seconds() + 1, 10.0 * quota));
        var beside = offered(quiet, BUSY, settings.seconds(), few);
        var noise = flood.join();
        quotas(0, null);
        var first = lines(street.tenants()).getFirst().split("\t");
        var costly = new Costly(street.productPort(), first[0], first[1]);
        var costs = CompletableFuture.supplyAsync(() -> costly.run(LEAD_SECONDS + settings.seconds() + 1));
        var besideCostly = offered(quiet, BUSY, settings.seconds(), few);
        var dear = costs.join();
        report.section(
                "A noisy neighbour",
                "who",
                "offered per second",
                "served per second",
                "p50",
                "p99",
                "refused per second",
                "refused p99",
                "p99 of alone",
                "failures");
        row(report, QUIET + " quiet tenants, alone", few, alone, 1);
        row(report, "the same, beside a noisy one", few, beside, beside.p99() / alone.p99());
        row(report, "noisy tenant, ten times its quota of " + quota, 10.0 * quota, noise, Double.NaN);
        row(report, "the quiet ones beside a costly one", few, besideCostly, besideCostly.p99() / alone.p99());
        row(
                report,
                "costly tenant: exports of " + Scenario.ITEMS * Scenario.PARTS + " rows, bodies of 1 MiB, slow queries",
                Costly.PER_SECOND,
                dear,
                Double.NaN);
    }

    /** All tenants, at their shard's capacity and above; and what a refusal costs. */
    void overload(Report report) {
        double capacity = capacity();
        report.section(
                "Overload, all tenants of one shard",
                "offered",
                "served per second",
                "of the capacity",
                "p50",
                "p99",
                "refused per second",
                "refused p99",
                "application CPU µs per answer",
                "database CPU µs per answer",
                "failures");
        report.row("capacity: " + BUSY + " connections, closed loop", Report.number(capacity), "1.00");
        for (int times : List.of(1, 2, 5)) {
            overloadRow(
                    report,
                    times + " × capacity",
                    capacity,
                    measured(() -> offered(street.tenants(), MANY, settings.seconds(), times * capacity)));
        }
        quotas(0, Map.of("requests_per_second", 1L, "burst", 1L));
        var refused = measured(() -> offered(some(0, 1, "noisy.tsv"), BUSY, settings.seconds(), 0));
        quotas(0, null);
        overloadRow(report, "refusals alone, closed loop", capacity, refused);
    }

    private double capacity() {
        offered(street.tenants(), BUSY, WARM_UP_SECONDS, 0);
        var measured = measured(() -> offered(street.tenants(), BUSY, settings.seconds(), 0));
        System.out.printf(
                "  capacity %,.0f/s, CPU µs: application %.0f, database %.0f%n",
                measured.offered().served(), measured.application(), measured.database());
        return measured.offered().served();
    }

    private Offered offered(Path tenants, int connections, int seconds, double perSecond) {
        var offered =
                OpenClient.run(street.productPort(), read, tenants, connections, LEAD_SECONDS, seconds, perSecond);
        System.out.printf("  offered %,.0f/s: %s%n", perSecond, offered);
        return offered;
    }

    private Used measured(Supplier<Offered> measurement) {
        var application = new CpuClock(street.product().pid());
        long applicationBefore = application.microseconds();
        long databaseBefore = database.microseconds();
        var offered = measurement.get();
        double answers = offered.all() * (LEAD_SECONDS + settings.seconds());
        return new Used(
                offered,
                (application.microseconds() - applicationBefore) / answers,
                (database.microseconds() - databaseBefore) / answers);
    }

    private void quotas(int tenant, @Nullable Map<String, Long> quotas) {
        var slug = lines(street.tenants()).get(tenant).split("\t")[0];
        street.client()
                .admin("PATCH", "/tenants/" + slug, Collections.singletonMap("quotas", quotas), Map.of())
                .orFail("setting quotas");
    }

    private Path some(int from, int to, String name) {
        var file = street.directory().resolve(name);
        try {
            return Files.writeString(
                    file, String.join("\n", lines(street.tenants()).subList(from, to)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void row(Report report, String who, double offered, Offered found, double ofAlone) {
        report.row(
                who,
                Report.number(offered),
                Report.number(found.served()),
                Report.milliseconds(found.p50()),
                Report.milliseconds(found.p99()),
                Report.number(found.refused()),
                Report.milliseconds(found.refusedP99()),
                ratio(ofAlone),
                Long.toString(found.failed()));
    }

    private static void overloadRow(Report report, String offered, double capacity, Used used) {
        var found = used.offered();
        report.row(
                offered,
                Report.number(found.served()),
                ratio(found.served() / capacity),
                Report.milliseconds(found.p50()),
                Report.milliseconds(found.p99()),
                Report.number(found.refused()),
                Report.milliseconds(found.refusedP99()),
                Report.number(used.application()),
                Report.number(used.database()),
                Long.toString(found.failed()));
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
