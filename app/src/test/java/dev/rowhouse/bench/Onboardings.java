package dev.rowhouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/**
 * Onboards the tenants of the benchmark, and times that.
 *
 * <p>The times inside the process are those of the operations' own records, from the order to the last step; the rate is
 * that of the whole row.
 */
final class Onboardings {

    private static final int CONCURRENCY = 4;
    private static final int USUAL_POOL = 20;
    private static final long POOL_TIMEOUT_SECONDS = 600;

    private final BenchStreet street;
    private final int tenants;

    Onboardings(BenchStreet street, BenchSettings settings) {
        this.street = street;
        this.tenants = settings.tenants();
    }

    /**
     * Cold first, while no house is ready; then from a pool that holds all that are to come and builds nothing meanwhile;
     * then, for as long as houses last and beyond, with the pool as it usually is.
     */
    void measure(Report report) {
        report.section(
                "Onboarding, " + tenants + " tenants on one shard",
                "how",
                "tenants",
                "at once",
                "per second",
                "p50",
                "p99");
        int few = Math.max(1, tenants / 50);
        onboard("before-cold", few, 1);
        inside(report, "cold (no ready house), inside the process", "cold", few, 1);

        int some = Math.max(1, tenants * 3 / 20);
        int warm = 4 * some;
        report.row(
                "filling the pool, the start of the product included",
                Integer.toString(warm),
                "",
                Report.number(fillPool(warm)),
                "",
                "");
        street.restart(0);
        onboard("before-warm", some, CONCURRENCY);
        inside(report, "warm (filled pool), inside the process", "warm", some, 1);
        inside(report, "warm (filled pool), inside the process", "busy", some, CONCURRENCY);
        byHttp(report, some);

        street.restart(USUAL_POOL);
        int rest = tenants - 2 * few - warm;
        inside(
                report,
                "sustained (a pool of " + USUAL_POOL + " that refills), inside the process",
                "sustained",
                rest,
                CONCURRENCY);
    }

    private double onboard(String prefix, int count, int concurrency) {
        return Double.parseDouble(street.product().ask("onboard " + prefix + " " + count + " " + concurrency));
    }

    private void inside(Report report, String how, String prefix, int count, int concurrency) {
        double rate = onboard(prefix, count, concurrency);
        var times = street
                .askPlane("SELECT (1e6 * extract(epoch FROM updated_at - created_at))::bigint"
                        + " FROM operation WHERE type = 'onboard' AND slug ~ '^" + prefix + "[0-9]+$'")
                .stream()
                .map(Long::valueOf)
                .sorted()
                .toList();
        row(report, how, concurrency, rate, times);
    }

    private void byHttp(Report report, int count) {
        var times = new ConcurrentLinkedQueue<Long>();
        long start = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(CONCURRENCY)) {
            for (int number = 1; number <= count; number++) {
                var slug = "http" + number;
                threads.execute(() -> times.add(onboard(slug)));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (times.size() < count) {
            throw new IllegalStateException(count - times.size() + " onboardings by HTTP failed");
        }
        row(
                report,
                "warm (filled pool), by HTTP",
                CONCURRENCY,
                count / seconds,
                times.stream().sorted().toList());
    }

    private long onboard(String slug) {
        long start = System.nanoTime();
        var answer = street.client()
                .admin("POST", "/tenants", Map.of("slug", slug, "name", slug), Map.of("Prefer", "wait=10"));
        long microseconds = (System.nanoTime() - start) / 1_000;
        if (answer.status() != 201) {
            throw new IllegalStateException("onboarding " + slug + " was answered with " + answer);
        }
        keep(slug, answer.json().get("keys").get("secret").asString());
        return microseconds;
    }

    private synchronized void keep(String slug, String key) {
        try {
            Files.writeString(street.tenants(), slug + "\t" + key + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Returns the houses per second. Only what the pool itself calls ready counts.
    private double fillPool(int houses) {
        long start = System.nanoTime();
        street.restart(houses);
        while (readyHouses() < houses) {
            if (System.nanoTime() - start > POOL_TIMEOUT_SECONDS * 1_000_000_000) {
                throw new IllegalStateException(
                        "after " + POOL_TIMEOUT_SECONDS + " s the pool has " + readyHouses() + " houses");
            }
            pause();
        }
        return houses / ((System.nanoTime() - start) / 1e9);
    }

    private long readyHouses() {
        return Long.parseLong(street.askPlane("SELECT count(*) FROM house WHERE state = 'ready'")
                .getFirst());
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void row(Report report, String how, int concurrency, double rate, List<Long> sortedTimes) {
        report.row(
                how,
                Integer.toString(sortedTimes.size()),
                Integer.toString(concurrency),
                Report.number(rate),
                Report.milliseconds(sortedTimes.get(sortedTimes.size() / 2)),
                Report.milliseconds(sortedTimes.get(sortedTimes.size() * 99 / 100)));
    }
}
