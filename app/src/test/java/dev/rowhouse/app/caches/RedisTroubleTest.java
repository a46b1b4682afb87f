package dev.rowhouse.app.caches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.tenancy.freshness.Freshness;
import io.lettuce.core.RedisClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rows are written and read through both instances while their Redis is emptied, hangs and is killed.
 *
 * <p>Each writer counts its own row up, and reads it where it wrote it: never less than it has written. Readers read it
 * elsewhere: never less than was answered to the writer before the bound. Nobody sees a failure.
 */
@Timeout(180)
class RedisTroubleTest {

    private static final int ROWS = 4;
    private static final int BASE = 100;
    private static final Pattern NUMBER = Pattern.compile("\"name\":\"(\\d+)\"");

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<List<Written>> written = new AtomicReferenceArray<>(ROWS);
    private volatile boolean over;

    /** What a writer had been answered when. */
    private record Written(long number, long at) {}

    @Test
    void nobodySeesAFailureOrAValueThatIsTooOld() throws Exception {
        try (var street = new TwoInstances();
                var people = Executors.newVirtualThreadPerTaskExecutor()) {
            var tenant = street.tenant();
            var running = new ArrayList<Future<Integer>>();
            for (int row = 0; row < ROWS; row++) {
                street.post(street.one, tenant, "kind", "{\"id\":" + (BASE + row) + ",\"name\":\"0\"}");
                written.set(row, List.of(new Written(0, System.nanoTime())));
                var number = row;
                var here = row % 2 == 0 ? street.one : street.other;
                var there = row % 2 == 0 ? street.other : street.one;
                running.add(people.submit(counting(() -> write(street, here, tenant, number))));
                running.add(people.submit(counting(() -> read(street, there, tenant, number))));
                running.add(people.submit(counting(() -> read(street, here, tenant, number))));
            }
            trouble(street);
            over = true;
            int requests = 0;
            for (var each : running) {
                requests += each.get();
            }
            System.out.println("requests while Redis was in trouble: " + requests + ", hits: "
                    + (TwoInstances.counted(street.one, "hit_memory")
                            + TwoInstances.counted(street.other, "hit_memory")));
            assertThat(wrong).isEmpty();
            assertThat(requests).isGreaterThan(100);
        }
    }

    private static void trouble(TwoInstances street) throws InterruptedException {
        Thread.sleep(1_000);
        try (var client = RedisClient.create(street.redisUri());
                var raw = client.connect()) {
            for (int round = 0; round < 10; round++) {
                raw.sync().flushall();
                Thread.sleep(50);
            }
        }
        for (int round = 0; round < 2; round++) {
            street.redis().pause();
            Thread.sleep(1_000);
            street.redis().goOn();
            Thread.sleep(500);
        }
        street.redis().close();
        Thread.sleep(1_000);
        street.startRedisAgain();
        Thread.sleep(2_000);
    }

    private Callable<Integer> counting(Runnable step) {
        return () -> {
            int steps = 0;
            while (!over) {
                step.run();
                steps++;
                Thread.sleep(ThreadLocalRandom.current().nextInt(20));
            }
            return steps;
        };
    }

    private void write(TwoInstances street, RunningApp app, TestTenant tenant, int row) {
        var next = written.get(row).getLast().number() + 1;
        street.patch(app, tenant, "kind?id=eq." + (BASE + row), "{\"name\":\"" + next + "\"}");
        var all = new ArrayList<>(written.get(row));
        all.add(new Written(next, System.nanoTime()));
        written.set(row, List.copyOf(all.subList(Math.max(0, all.size() - 1_000), all.size())));
        expect(street, app, tenant, row, next);
    }

    private void read(TwoInstances street, RunningApp app, TestTenant tenant, int row) {
        var due = System.nanoTime() - Freshness.BOUND.toNanos();
        long least = 0;
        for (var each : written.get(row)) {
            if (each.at() - due <= 0) {
                least = each.number();
            }
        }
        expect(street, app, tenant, row, least);
    }

    private void expect(TwoInstances street, RunningApp app, TestTenant tenant, int row, long least) {
        var answer = street.get(app, tenant, "kind/" + (BASE + row));
        var number = NUMBER.matcher(answer.body());
        if (answer.status() != 200 || !number.find() || Long.parseLong(number.group(1)) < least) {
            wrong.add(answer + " (expected: " + least + " or more)");
        }
    }
}
