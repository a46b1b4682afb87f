package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.House;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Two tenants with the same ids take turns on one connection of each kind, in all shapes of read and write, and one in twenty gives up
 * at a random moment. The system property {@code rowhouse.isolation.requests} sets how many requests there are.
 */
class InterleavedTenantsTest {

    private static final int REQUESTS = Integer.getInteger("rowhouse.isolation.requests", 20_000);
    private static final int TOGETHER = 32;
    private static final int CANCELLED_OF_HUNDRED = 5;

    private final AtomicInteger foreign = new AtomicInteger();
    private final AtomicInteger own = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void noTenantSeesAnothersRowAndNoConnectionStays() {
        try (var houses = TwoHouses.onOneConnection()) {
            var begun = System.nanoTime();
            Flux.range(0, REQUESTS)
                    .flatMap(n -> request(houses, new SplittableRandom(n)), TOGETHER)
                    .blockLast(Duration.ofHours(6));
            // Queues behind all clean-up that goes on detached.
            assertThat(houses.process(houses.a)).isNotEmpty();
            assertThat(houses.transactionProcess(houses.a)).isNotEmpty();
            var counts = houses.shards.connections(houses.shard());
            System.out.printf(
                    "%,d requests: %,d own rows, %,d cancelled, %d foreign rows, %d failed, %d connections in use, %d s%n",
                    REQUESTS,
                    own.get(),
                    cancelled.get(),
                    foreign.get(),
                    failures.size(),
                    counts.inUse(),
                    Duration.ofNanos(System.nanoTime() - begun).toSeconds());

            assertThat(foreign).hasValue(0);
            assertThat(failures).isEmpty();
            assertThat(own.get()).isGreaterThan(REQUESTS * (100 - 2 * CANCELLED_OF_HUNDRED) / 100);
            assertThat(counts.inUse()).isZero();
            assertThat(counts.pending()).isZero();
            // One of each kind, and the pipeline.
            assertThat(counts.open()).isLessThanOrEqualTo(Backend.Kind.values().length + 1);
        }
    }

    private Mono<Void> request(TwoHouses houses, SplittableRandom chance) {
        var isA = chance.nextBoolean();
        var house = isA ? houses.a : houses.b;
        var answers = work(houses, house, chance)
                .doOnNext(json -> (json.contains("CANARY-" + (isA ? "A-" : "B-")) ? own : foreign).incrementAndGet())
                .then()
                .onErrorResume(failure -> Mono.fromRunnable(() -> failures.add(failure)));
        return chance.nextInt(100) < CANCELLED_OF_HUNDRED
                ? Mono.firstWithSignal(
                        answers,
                        Mono.delay(Duration.ofNanos(chance.nextInt(3_000_000)))
                                .doOnNext(_ -> cancelled.incrementAndGet())
                                .then())
                : answers;
    }

    private static Flux<String> work(TwoHouses houses, House house, SplittableRandom chance) {
        var id = 1 + chance.nextInt(1_000);
        var caller = caller(chance);
        return switch (chance.nextInt(12)) {
            case 0 -> TwoHouses.text(houses.database.read(house, caller, sleeping(house, caller, id)));
            case 1 -> TwoHouses.text(houses.database.read(house, caller, called(house, caller)));
            case 2 -> {
                var sql = "UPDATE " + house.schema().quoted()
                        + ".track AS t SET id = id WHERE id = $1::int4 RETURNING row_to_json(t) AS body";
                var write = new Write(new Statement(sql, List.of(Integer.toString(id))), Write.Shape.ROWS, false);
                yield houses.database.write(house, TwoHouses.service(), write).flatMapIterable(TwoHouses::shown);
            }
            case 4, 5 ->
                houses.database.write(house, caller, touched(house, caller, id)).flatMapIterable(TwoHouses::shown);
            case 3 ->
                TwoHouses.text(houses.database.read(
                        house,
                        caller,
                        TwoHouses.inTransaction(
                                house,
                                caller,
                                "SELECT name FROM " + house.schema().quoted() + ".track WHERE id = $1::int4",
                                Integer.toString(id))));
            case 6, 7, 8 -> TwoHouses.text(houses.database.read(house, caller, TwoHouses.track(house, caller, id)));
            default -> TwoHouses.text(houses.database.read(house, caller, TwoHouses.byKey(house, caller, id)));
        };
    }

    // On the connection that remembers: the name stays what it is, and tells whose row was met.
    private static Write touched(House house, Caller caller, int id) {
        return TwoHouses.plainWrite(
                house,
                caller,
                "UPDATE %s.track AS t SET name = name WHERE id = $1::int4 RETURNING row_to_json(t) AS body",
                Write.Shape.ROWS,
                Integer.toString(id));
    }

    private static Caller caller(SplittableRandom chance) {
        return switch (chance.nextInt(3)) {
            case 0 -> TwoHouses.anon();
            case 1 -> TwoHouses.user("user-1");
            default -> TwoHouses.service();
        };
    }

    private static Read sleeping(House house, Caller caller, int id) {
        return TwoHouses.plain(
                house,
                caller,
                "SELECT t.name FROM " + house.schema().quoted() + ".track AS t, pg_sleep(0.0005) WHERE t.id = $1::int4",
                Integer.toString(id));
    }

    // Leaves a foreign search path, settings and a lock on the session.
    private static Read called(House house, Caller caller) {
        return TwoHouses.inTransaction(
                house,
                caller,
                "SELECT " + house.schema().quoted() + ".litter() || '-' AS said WHERE $1::text = ''",
                "");
    }
}
