package dev.rowhouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures what tenants feel of one that asks for too much, and what is left of the capacity when all do. */
final class Neighbours {

    private static final int QUIET = 10;
    private static final int BUSY = 32;
    private static final int SEVERAL = 64;
    private static final int MANY = 600;
    private static final List<Integer> LEVELS = List.of(1, 2, 5);
    private static final int USUAL_QUOTA = 200;
    private static final int QUOTA_OF_CAPACITY = 10;
    private static final int QUIET_OF_CAPACITY = 100;
    private static final int WARM_UP_SECONDS = 10;
    private static final int LEAD_SECONDS = 4;
    private static final Offered NOTHING = new Offered(0, Double.NaN, Double.NaN, 0, Double.NaN, 0);

    private final BenchStreet street;
    private final BenchSettings settings;
    private final CpuClock database;

    Neighbours(BenchStreet street, BenchSettings settings) {
        this.street = street;
        this.settings = settings;
        this.database = street.databaseClock();
    }

    /** How the processor was used, in microseconds per answer of whatever kind, from the first of the lead to the last. */
    private record Used(Offered offered, double application, double database) {}

    /**
     * Quiet tenants alone, and right after that beside another.
     *
     * @param more processor time that application and database used beside the other, in microseconds
     */
    private record Round(Offered alone, Offered beside, Offered other, long more) {

        double ratio() {
            return beside.p99() / alone.p99();
        }
    }

    /**
     * Quiet tenants alone, beside one that sends ten times its quota, and beside one whose requests cost much; then beside a
     * program that only uses as much of the processors as those do.
     */
    void fairness(Report report) {
        var read = Scenario.readByKey();
        double capacity = capacity(read);
        long quota = Math.max(1, (long) capacity / QUOTA_OF_CAPACITY);
        double few = QUIET * capacity / QUIET_OF_CAPACITY;
        var tenants = some(1, 1 + QUIET, "quiet.tsv");
        Supplier<Offered> quiet = () -> offered(read, tenants, BUSY, settings.seconds(), few);
        offered(read, tenants, BUSY, WARM_UP_SECONDS, few);
        var usual = rounds(quiet, () -> noisy(read, USUAL_QUOTA));
        var noisy = rounds(quiet, () -> noisy(read, quota));
        var costly = rounds(quiet, this::costly);
        var besideCostly = median(costly, Round::ratio);
        long burst = Math.max(0, besideCostly.more()) / ((long) Costly.PER_SECOND * otherSeconds());
        var foreign = rounds(quiet, () -> burning(burst));
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
        noisyRows(report, few, USUAL_QUOTA, median(usual, Round::ratio));
        noisyRows(report, few, quota, median(noisy, Round::ratio));
        row(report, QUIET + " quiet tenants, alone", few, besideCostly.alone(), 1);
        row(report, "the same, beside a costly one", few, besideCostly.beside(), besideCostly.ratio());
        row(
                report,
                "costly tenant: exports of " + Scenario.ITEMS * Scenario.PARTS + " rows, bodies of 1 MiB, slow queries",
                Costly.PER_SECOND,
                besideCostly.other(),
                Double.NaN);
        var besideForeign = median(foreign, Round::ratio);
        row(report, QUIET + " quiet tenants, alone", few, besideForeign.alone(), 1);
        row(
                report,
                "the same, beside a program of no concern that uses " + burst / 1000 + " ms of a processor "
                        + Costly.PER_SECOND + " times a second",
                few,
                besideForeign.beside(),
                besideForeign.ratio());
        report.note("Rows are of the round with the median ratio. All ratios: beside the first noisy one "
                + ratios(usual, Round::ratio) + ", beside the second " + ratios(noisy, Round::ratio)
                + ", beside the costly one " + ratios(costly, Round::ratio) + ", beside the program "
                + ratios(foreign, Round::ratio)
                + ". The program uses as much as application and database do for the costly tenant.");
    }

    private static void noisyRows(Report report, double few, long quota, Round round) {
        row(report, QUIET + " quiet tenants, alone", few, round.alone(), 1);
        row(report, "the same, beside a noisy one", few, round.beside(), round.ratio());
        row(report, "noisy tenant, ten times its quota of " + quota, 10.0 * quota, round.other(), Double.NaN);
    }

    private List<Round> rounds(Supplier<Offered> quiet, Supplier<Offered> other) {
        return IntStream.range(0, settings.rounds())
                .mapToObj(_ -> {
                    long start = used();
                    var alone = quiet.get();
                    long middle = used();
                    var at = CompletableFuture.supplyAsync(other);
                    var beside = quiet.get();
                    var done = at.join();
                    return new Round(alone, beside, done, used() - middle - (middle - start));
                })
                .toList();
    }

    private Offered noisy(Scenario read, long quota) {
        quotas(0, Map.of("requests_per_second", quota));
        var offered = offered(read, some(0, 1, "noisy.tsv"), SEVERAL, settings.seconds() + 1, 10.0 * quota);
        quotas(0, null);
        return offered;
    }

    private Offered costly() {
        var first = lines(street.tenants()).getFirst().split("\t");
        return new Costly(street.productPort(), first[0], first[1]).run(otherSeconds());
    }

    private Offered burning(long burst) {
        Burner.run(otherSeconds(), burst);
        return NOTHING;
    }

    // The quiet ones take a moment to begin.
    private int otherSeconds() {
        return LEAD_SECONDS + settings.seconds() + 1;
    }

    private long used() {
        return new CpuClock(street.product().pid()).microseconds() + database.microseconds();
    }

    /** All tenants, at their shard's capacity and above, with what costs most and with what costs least; and a refusal's cost. */
    void overload(Report report) {
        report.section(
                "Overload, all tenants of one shard",
                "offered",
                "capacity",
                "served per second",
                "of the capacity",
                "p50",
                "p99",
                "refused per second",
                "refused p99",
                "application CPU µs per answer",
                "database CPU µs per answer",
                "failures");
        var ratios = new StringJoiner("; ");
        for (var scenario : List.of(Scenario.embedding(), Scenario.readByKey())) {
            var levels = IntStream.range(0, settings.rounds())
                    .mapToObj(_ -> levels(scenario))
                    .toList();
            for (int level = 0; level < LEVELS.size(); level++) {
                ratios.add(overloadRows(
                        report, scenario.name() + ", " + LEVELS.get(level) + " × capacity", levels, level));
            }
        }
        quotas(0, Map.of("requests_per_second", 1L, "burst", 1L));
        var refused =
                measured(() -> offered(Scenario.readByKey(), some(0, 1, "noisy.tsv"), BUSY, settings.seconds(), 0));
        quotas(0, null);
        overloadRow(report, "refusals alone, closed loop", new Level(Double.NaN, refused));
        report.note("In each round the capacity is measured first, by " + BUSY + " connections in a closed loop, then "
                + MANY
                + " are offered that many times as much. Rows are of the round with the median ratio; all ratios: "
                + ratios + ". Where more is offered than this machine can even refuse, the times of what is "
                + "served count from when it was due, and so grow for as long as it is measured.");
    }

    /** What was found at some times the capacity. */
    private record Level(double capacity, Used used) {

        double ratio() {
            return used.offered().served() / capacity;
        }
    }

    private List<Level> levels(Scenario scenario) {
        double capacity = capacity(scenario);
        return LEVELS.stream()
                .map(times -> new Level(
                        capacity,
                        measured(
                                () -> offered(scenario, street.tenants(), MANY, settings.seconds(), times * capacity))))
                .toList();
    }

    private static String overloadRows(Report report, String offered, List<List<Level>> rounds, int level) {
        var found = rounds.stream().map(levels -> levels.get(level)).toList();
        overloadRow(report, offered, median(found, Level::ratio));
        return offered + " " + ratios(found, Level::ratio);
    }

    private double capacity(Scenario scenario) {
        offered(scenario, street.tenants(), BUSY, WARM_UP_SECONDS, 0);
        var measured = measured(() -> offered(scenario, street.tenants(), BUSY, settings.seconds(), 0));
        System.out.printf(
                "  capacity %,.0f/s, CPU µs: application %.0f, database %.0f%n",
                measured.offered().served(), measured.application(), measured.database());
        return measured.offered().served();
    }

    private Offered offered(Scenario scenario, Path tenants, int connections, int seconds, double perSecond) {
        var offered = OpenClient.run(
                street.productPort(), scenario.product(), tenants, connections, LEAD_SECONDS, seconds, perSecond);
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

    private static void overloadRow(Report report, String offered, Level level) {
        var used = level.used();
        var found = used.offered();
        report.row(
                offered,
                Double.isNaN(level.capacity()) ? "" : Report.number(level.capacity()),
                Report.number(found.served()),
                ratio(level.ratio()),
                Report.milliseconds(found.p50()),
                Report.milliseconds(found.p99()),
                Report.number(found.refused()),
                Report.milliseconds(found.refusedP99()),
                Report.number(used.application()),
                Report.number(used.database()),
                Long.toString(found.failed()));
    }

    private static <T> T median(List<T> rounds, ToDoubleFunction<T> ratio) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(ratio))
                .toList()
                .get(rounds.size() / 2);
    }

    private static <T> String ratios(List<T> rounds, ToDoubleFunction<T> ratio) {
        return rounds.stream().map(round -> ratio(ratio.applyAsDouble(round))).collect(Collectors.joining(", "));
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
