package dev.rowhouse.bench;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.RedisServer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Measures what readers feel of a Redis that hangs in the middle of it, and for as long as it does. */
final class HeldRedis {

    // Few, so that what is measured is waiting for Redis and not for a processor.
    private static final double PER_SECOND = 400;
    private static final int CONNECTIONS = 32;
    private static final int WARM_UP_SECONDS = 15;
    private static final int LEAD_SECONDS = 2;
    private static final int ROUNDS = 3;

    private final BenchStreet street;
    private final int seconds;
    // Of so many keys that most are asked for once: memory has nothing, and Redis is asked.
    private final Call read = Call.get("/t/{tenant}/rest/v1/kept_item?id=eq.{id}", Map.of("apikey", "{key}"));

    HeldRedis(BenchStreet street, BenchSettings settings) {
        this.street = street;
        this.seconds = ROUNDS * settings.seconds();
    }

    void measure(Report report) {
        try (var redis = RedisServer.keeping(street.directory().resolve("redis"), FreePort.any())) {
            street.restart(0, Map.of("rowhouse.redis.uri", "redis://127.0.0.1:" + redis.port()));
            offered(WARM_UP_SECONDS);
            var before = offered(seconds);
            var during = CompletableFuture.supplyAsync(() -> offered(seconds));
            sleep(LEAD_SECONDS + 1);
            redis.pause();
            var held = during.join();
            redis.goOn();
            var after = offered(seconds);
            report.section(
                    "Redis hangs",
                    "reads of declared tables, most of which memory does not have",
                    "offered per second",
                    "served per second",
                    "p50",
                    "p99",
                    "p99 of before",
                    "refused per second",
                    "failures");
            row(report, "Redis answers", before, before);
            row(report, "Redis is held still from the first second on", held, before);
            row(report, "Redis answers again", after, before);
        } finally {
            street.restart(0);
        }
    }

    private Offered offered(int counted) {
        var offered = OpenClient.run(
                street.productPort(), read, street.tenants(), CONNECTIONS, LEAD_SECONDS, counted, PER_SECOND);
        System.out.printf("  offered %,.0f/s: %s%n", PER_SECOND, offered);
        return offered;
    }

    private static void row(Report report, String when, Offered found, Offered before) {
        report.row(
                when,
                Report.number(PER_SECOND),
                Report.number(found.served()),
                Report.milliseconds(found.p50()),
                Report.milliseconds(found.p99()),
                String.format(Locale.ROOT, "%.2f", found.p99() / before.p99()),
                Report.number(found.refused()),
                Long.toString(found.failed()));
    }

    private static void sleep(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
