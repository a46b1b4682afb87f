package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Who gets a connection, in which order, and that none is lost or lent twice whatever happens meanwhile. */
class LanePoolTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Predicate<Connection> ANY = _ -> true;

    private static final class Connection {
        private final AtomicBoolean used = new AtomicBoolean();
        private volatile boolean worn;
        private volatile boolean closed;
    }

    /** Breaks its contract: it throws what it is to handle. */
    private static final class Failing implements CoreSubscriber<Connection> {

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Connection connection) {
            throw new AssertionError("a bug");
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError("another bug", failure);
        }

        @Override
        public void onComplete() {}
    }

    private final List<Connection> closed = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();

    private LanePool<Connection> pool(int size, int waiting) {
        return pool(size, waiting, Duration.ofMinutes(1));
    }

    private LanePool<Connection> pool(int size, int waiting, Duration patience) {
        var pools = new ArrayList<LanePool<Connection>>();
        var pool = new LanePool<Connection>(
                new LanePool.Bounds(size, waiting, patience),
                () -> {
                    opened.incrementAndGet();
                    pools.getFirst().opened(new Connection());
                },
                connection -> connection.worn,
                connection -> {
                    connection.closed = true;
                    closed.add(connection);
                },
                new LaneTally());
        pools.add(pool);
        return pool;
    }

    private static Connection take(LanePool<Connection> pool) {
        return pool.acquire("anyone", ANY).block(PATIENCE);
    }

    /** Asks without waiting; {@code served} tells by name whose turn came. */
    private static void ask(LanePool<Connection> pool, String owner, String name, List<String> served) {
        pool.acquire(owner, ANY).subscribe(connection -> {
            served.add(name);
            pool.release(connection);
        });
    }

    @Test
    void oneThatWaitsWithManyDelaysAnotherByOneTurn() {
        var pool = pool(1, 1_000);
        var held = take(pool);
        var served = new ArrayList<String>();
        for (var request = 1; request <= 400; request++) {
            ask(pool, "noisy", "noisy " + request, served);
        }
        ask(pool, "quiet", "quiet 1", served);
        ask(pool, "quiet", "quiet 2", served);
        ask(pool, "third", "third 1", served);
        pool.release(held);
        assertThat(served.subList(0, 6))
                .containsExactly("noisy 1", "quiet 1", "third 1", "noisy 2", "quiet 2", "noisy 3");
        assertThat(served).hasSize(403);
        assertThat(pool.counts()).isEqualTo(new ShardConnections(1, 0, 1, 0));
    }

    @Test
    void oneOwnerFillsHalfOfTheLineAtMost() {
        var pool = pool(1, 10);
        var held = take(pool);
        var refused = new ArrayList<Throwable>();
        for (var request = 0; request < 7; request++) {
            pool.acquire("noisy", ANY).subscribe(pool::release, refused::add);
        }
        assertThat(refused).hasSize(2).allSatisfy(LanePoolTest::isFull);
        var served = new ArrayList<String>();
        ask(pool, "quiet", "quiet", served);
        pool.release(held);
        assertThat(served).containsExactly("quiet");
    }

    private static void isFull(Throwable failure) {
        assertThat(((LaneRefusal.Failure) failure).refusal()).isEqualTo(LaneRefusal.FULL);
    }

    @Test
    void theConnectionThatFitsIsLentFirst() {
        var pool = pool(3, 10);
        var all = List.of(take(pool), take(pool), take(pool));
        all.forEach(pool::release);
        for (var wanted : all) {
            assertThat(pool.acquire("anyone", wanted::equals).block(PATIENCE)).isSameAs(wanted);
            pool.release(wanted);
        }
        assertThat(take(pool)).as("else the warmest").isSameAs(all.getLast());
        assertThat(opened).hasValue(3);
    }

    @Test
    void whoIsAtHomeIsServedFirstButNotForEver() {
        var pool = pool(1, 100);
        var held = take(pool);
        var served = new ArrayList<String>();
        var elsewhere = Schedulers.newSingle("elsewhere");
        pool.acquire("one", ANY)
                .subscribeOn(elsewhere)
                .doOnNext(connection -> {
                    served.add("elsewhere");
                    pool.release(connection);
                })
                .subscribe();
        await(() -> pool.counts().pending() == 1);
        for (var request = 1; request <= 9; request++) {
            ask(pool, "one", "home", served);
        }
        pool.release(held);
        assertThat(served.indexOf("elsewhere")).isEqualTo(4);
        elsewhere.dispose();
    }

    @Test
    void whoLeavesTheLineTakesNothing() {
        var pool = pool(1, 10);
        var held = take(pool);
        var waiting = pool.acquire("one", ANY).subscribe(_ -> {});
        waiting.dispose();
        assertThat(pool.counts()).isEqualTo(new ShardConnections(1, 1, 0, 0));
        pool.release(held);
        assertThat(pool.counts()).isEqualTo(new ShardConnections(1, 0, 1, 0));
    }

    @Test
    void whoLeavesWhileItAsksTakesNoPlace() {
        var asking = new AtomicReference<Subscription>();
        var pools = new ArrayList<LanePool<Connection>>();
        var pool = new LanePool<Connection>(
                new LanePool.Bounds(1, 10, PATIENCE),
                () -> {
                    if (opened.getAndIncrement() == 0) {
                        pools.getFirst().opened(new Connection());
                    }
                },
                connection -> {
                    Optional.ofNullable(asking.get()).ifPresent(Subscription::cancel);
                    return connection.worn;
                },
                closed::add,
                new LaneTally());
        pools.add(pool);
        var idle = take(pool);
        pool.release(idle);
        idle.worn = true;
        pool.acquire("one", ANY).doOnSubscribe(asking::set).subscribe(_ -> {});
        assertThat(closed).containsExactly(idle);
        assertThat(pool.counts()).isEqualTo(new ShardConnections(0, 0, 0, 0));
    }

    @Test
    void whoFailsIsNoHarmToOthers() {
        var pool = pool(1, 10);
        var held = take(pool);
        pool.acquire("broken", ANY).subscribe(new Failing());
        var served = new ArrayList<String>();
        ask(pool, "sound", "sound", served);
        pool.release(held);
        assertThat(served).containsExactly("sound");
        assertThat(closed).containsExactly(held);
        assertThat(pool.counts().inUse()).isZero();
        ask(pool, "later", "later", served);
        assertThat(served).containsExactly("sound", "later");
    }

    @Test
    void whoCannotBeToldIsNoHarmToOthers() {
        var pool = pool(1, 10, Duration.ofMillis(1));
        var held = take(pool);
        pool.acquire("broken", ANY).subscribe(new Failing());
        var refused = new ArrayList<Throwable>();
        pool.acquire("sound", ANY).subscribe(_ -> {}, refused::add);
        pool.expire(System.nanoTime() + Duration.ofSeconds(1).toNanos());
        assertThat(refused).hasSize(1);
        pool.release(held);
        assertThat(pool.counts()).isEqualTo(new ShardConnections(1, 0, 1, 0));
    }

    @Test
    void anOpenerThatFailsAtOnceIsToldToWhoWaits() {
        var failures = new ArrayList<Throwable>();
        var pool = new LanePool<Connection>(
                new LanePool.Bounds(2, 10, PATIENCE),
                () -> {
                    throw new IllegalStateException("no opener");
                },
                _ -> false,
                closed::add,
                new LaneTally());
        pool.acquire("one", ANY).subscribe(_ -> {}, failures::add);
        pool.acquire("one", ANY).subscribe(_ -> {}, failures::add);
        assertThat(failures).hasSize(2).allMatch(failure -> failure.getMessage().equals("no opener"));
    }

    @Test
    void whoWaitsForTooLongIsRefused() {
        var pool = pool(1, 10, Duration.ofMillis(50));
        var held = take(pool);
        var refused = new ArrayList<Throwable>();
        pool.acquire("one", ANY).subscribe(_ -> {}, refused::add);
        pool.expire(System.nanoTime());
        assertThat(refused).isEmpty();
        pool.expire(System.nanoTime() + Duration.ofSeconds(1).toNanos());
        assertThat(refused)
                .singleElement()
                .satisfies(failure ->
                        assertThat(((LaneRefusal.Failure) failure).refusal()).isEqualTo(LaneRefusal.LATE));
        pool.release(held);
        assertThat(pool.counts().idle()).isEqualTo(1);
    }

    @Test
    void aWornConnectionIsReplacedAndClosed() {
        var pool = pool(1, 10);
        var first = take(pool);
        first.worn = true;
        pool.release(first);
        assertThat(closed).containsExactly(first);
        var second = take(pool);
        pool.release(second);
        second.worn = true;
        assertThat(take(pool)).isNotSameAs(second);
        assertThat(closed).containsExactly(first, second);
    }

    @Test
    void whenNothingOpensEveryoneIsToldAtOnce() {
        var pools = new ArrayList<LanePool<Connection>>();
        var begun = new AtomicInteger();
        var pool = new LanePool<Connection>(
                new LanePool.Bounds(2, 10, PATIENCE), begun::incrementAndGet, _ -> false, closed::add, new LaneTally());
        pools.add(pool);
        var failures = new ArrayList<Throwable>();
        for (var request = 0; request < 5; request++) {
            pool.acquire("one", ANY).subscribe(_ -> {}, failures::add);
        }
        assertThat(begun).hasValue(2);
        pool.failed(new IllegalStateException("no server"));
        pool.failed(new IllegalStateException("no server"));
        assertThat(failures).hasSize(5).allMatch(failure -> failure.getMessage().equals("no server"));
    }

    @Test
    void aClosedPoolLendsNothingAndKeepsNothing() {
        var pool = pool(2, 10);
        var held = take(pool);
        pool.release(take(pool));
        pool.close();
        assertThat(closed).hasSize(1);
        pool.release(held);
        assertThat(closed).hasSize(2);
        var refused = new ArrayList<Throwable>();
        pool.acquire("late", ANY).subscribe(_ -> {}, refused::add);
        assertThat(refused).hasSize(1);
    }

    @Test
    void aLongLineIsServedWithoutALongStack() {
        var pool = pool(1, 200_000);
        var held = take(pool);
        var served = new ArrayList<String>();
        for (var request = 0; request < 50_000; request++) {
            ask(pool, "one", "one", served);
        }
        pool.release(held);
        assertThat(served).hasSize(50_000);
    }

    /** Random work of many owners on several threads: taken, kept, cancelled, failed, worn out. */
    @Test
    void noConnectionIsLostOrLentTwice() {
        var size = 3;
        var pools = new ArrayList<LanePool<Connection>>();
        var openers = Schedulers.newParallel("opener", 2);
        var random = new Random(42);
        var alive = ConcurrentHashMap.<Connection>newKeySet();
        var pool = new LanePool<Connection>(
                new LanePool.Bounds(size, 64, Duration.ofMillis(20)),
                () -> openers.schedule(() -> open(pools.getFirst(), alive, random.nextInt(10) == 0)),
                connection -> connection.worn,
                connection -> {
                    connection.closed = true;
                    alive.remove(connection);
                },
                new LaneTally());
        pools.add(pool);
        var wrong = new ConcurrentLinkedQueue<String>();
        var watch = Flux.interval(Duration.ofMillis(5)).subscribe(_ -> pool.expire(System.nanoTime()));
        var workers = Schedulers.newParallel("worker", 4);
        Flux.range(0, 40_000)
                .flatMap(number -> request(pool, number, workers, size, wrong), 48)
                .blockLast(PATIENCE);
        watch.dispose();
        assertThat(wrong).isEmpty();
        await(() -> pool.counts().inUse() == 0 && pool.counts().pending() == 0);
        assertThat(alive).hasSize(pool.counts().open());
        workers.dispose();
        openers.dispose();
    }

    private static void open(LanePool<Connection> pool, Set<Connection> alive, boolean fails) {
        if (fails) {
            pool.failed(new IllegalStateException("not today"));
        } else {
            var connection = new Connection();
            alive.add(connection);
            pool.opened(connection);
        }
    }

    private static Mono<Void> request(
            LanePool<Connection> pool, int number, Scheduler workers, int size, ConcurrentLinkedQueue<String> wrong) {
        var work = Mono.usingWhen(
                pool.acquire(number % 7, _ -> number % 3 == 0),
                connection -> {
                    if (!connection.used.compareAndSet(false, true) || connection.closed) {
                        wrong.add("lent twice, or closed: " + number);
                    }
                    if (pool.counts().open() > size) {
                        wrong.add("more than " + size);
                    }
                    return Mono.delay(Duration.ofNanos(number % 5 * 20_000L), workers);
                },
                connection -> Mono.fromRunnable(() -> {
                    connection.used.set(false);
                    connection.worn = number % 50 == 0;
                    if (number % 60 == 0) {
                        pool.discard(connection);
                    } else {
                        pool.release(connection);
                    }
                }));
        var some = number % 11 == 0 ? work.timeout(Duration.ofNanos(number % 13 * 10_000L)) : work;
        return some.subscribeOn(workers).then().onErrorComplete();
    }

    private static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .filter(_ -> condition.getAsBoolean())
                .blockFirst(PATIENCE);
    }
}
