package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rowhouse.tenancy.Caller;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ResourceLeakDetector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Whoever leaves at whatever moment leaves no buffer behind, and none is released twice. Every buffer is watched. */
class BuffersTest {

    private static final Caller SERVICE = TwoHouses.service();
    private static final int CALLS = Integer.getInteger("rowhouse.buffers.calls", 1_000);
    private static final int TOGETHER = 16;
    private static final int LONGEST_NANOS = 2_000_000;

    enum Work {
        PLAIN,
        BY_KEY,
        IN_TURNS,
        IN_A_TRANSACTION,
        COUNTED,
        COUNTED_IN_A_TRANSACTION,
        EXPORT,
        WRITE,
        COPY
    }

    private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty.util");
    private final ListAppender<ILoggingEvent> complaints = new ListAppender<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final ResourceLeakDetector.Level usual = ResourceLeakDetector.getLevel();

    private TwoHouses houses;

    @BeforeEach
    void watch() {
        houses = TwoHouses.with(TwoHouses.settings(4));
        complaints.start();
        netty.addAppender(complaints);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterEach
    void stopWatching() {
        ResourceLeakDetector.setLevel(usual);
        netty.detachAppender(complaints);
        houses.close();
    }

    @ParameterizedTest
    @EnumSource
    void whoLeavesLeavesNoBuffer(Work work) {
        var left = new AtomicInteger();
        Flux.range(0, CALLS)
                .flatMap(n -> call(work, new SplittableRandom(n), left), TOGETHER)
                .blockLast(TwoHouses.PATIENCE.multipliedBy(6));
        assertThat(left).hasPositiveValue();
        assertNothingIsLost();
    }

    // The rows have arrived and wait for a client that does not take them.
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "IN_TURNS", "IN_A_TRANSACTION", "COUNTED", "COUNTED_IN_A_TRANSACTION", "EXPORT"})
    void whoStopsReadingAndLeavesLeavesNoBuffer(Work work) {
        Flux.range(0, CALLS / 10)
                .flatMap(n -> readOneAndLeave(read(work, new SplittableRandom(n))), TOGETHER)
                .blockLast(TwoHouses.PATIENCE.multipliedBy(6));
        assertNothingIsLost();
    }

    @Test
    void aHookOfTheSubscriberReleasesNothingTwice() {
        Flux.range(0, CALLS)
                .flatMap(
                        n -> leaving(
                                read(Work.PLAIN, new SplittableRandom(n))
                                        .doOnDiscard(ByteBuf.class, ByteBuf::release)
                                        .doOnNext(ByteBuf::release),
                                new SplittableRandom(n),
                                new AtomicInteger()),
                        TOGETHER)
                .blockLast(TwoHouses.PATIENCE.multipliedBy(6));
        assertNothingIsLost();
    }

    private Mono<Void> call(Work work, SplittableRandom chance, AtomicInteger left) {
        Publisher<?> call = switch (work) {
            case WRITE -> write(chance);
            case COPY -> copy(chance);
            case PLAIN, BY_KEY, IN_TURNS, IN_A_TRANSACTION, COUNTED, COUNTED_IN_A_TRANSACTION, EXPORT ->
                read(work, chance).doOnNext(ByteBuf::release);
        };
        return leaving(Flux.from(call), chance, left);
    }

    private Mono<Void> leaving(Flux<?> call, SplittableRandom chance, AtomicInteger left) {
        var patience = Duration.ofNanos(chance.nextInt(LONGEST_NANOS));
        return Mono.firstWithSignal(
                        call.then().onErrorResume(failure -> Mono.fromRunnable(() -> failures.add(failure))),
                        Mono.delay(patience)
                                .doOnNext(_ -> left.incrementAndGet())
                                .then())
                .subscribeOn(Schedulers.parallel());
    }

    private static Mono<Void> readOneAndLeave(Flux<ByteBuf> rows) {
        var gone = Sinks.<Void>empty();
        return Mono.defer(() -> {
            rows.subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    request(1);
                }

                @Override
                protected void hookOnNext(ByteBuf row) {
                    row.release();
                    // Time for more to come.
                    Schedulers.parallel().schedule(this::leave, 2, TimeUnit.MILLISECONDS);
                }

                @Override
                protected void hookOnError(Throwable failure) {
                    gone.tryEmitError(failure);
                }

                private void leave() {
                    cancel();
                    gone.tryEmitEmpty();
                }
            });
            return gone.asMono();
        });
    }

    private Flux<ByteBuf> read(Work work, SplittableRandom chance) {
        var house = work == Work.PLAIN || chance.nextBoolean() ? houses.a : houses.b;
        var alone = work != Work.IN_A_TRANSACTION && work != Work.COUNTED_IN_A_TRANSACTION;
        var counted = work == Work.COUNTED || work == Work.COUNTED_IN_A_TRANSACTION;
        var track = house.schema().quoted() + ".track";
        var rows = TwoHouses.read(
                house.id().role(SERVICE.callerClass()),
                "SELECT id, name FROM " + track + " WHERE id > $1::int4 LIMIT 200",
                alone,
                "0");
        if (work == Work.BY_KEY) {
            return houses.database.read(house, SERVICE, TwoHouses.byKey(house, SERVICE, 1 + chance.nextInt(1_000)));
        }
        if (work == Work.EXPORT) {
            return houses.database.export(house, SERVICE, rows);
        }
        var statement = rows.statement();
        return houses.database.read(
                house,
                SERVICE,
                counted
                        ? new Read(
                                new Statement(
                                        statement
                                                .sql()
                                                .replaceFirst(
                                                        "SELECT answer.body",
                                                        "SELECT answer.body, json_build_object('total', 1000) AS head"),
                                        statement.values()),
                                alone,
                                true)
                        : rows);
    }

    private Mono<Written> write(SplittableRandom chance) {
        var sql = "UPDATE " + houses.a.schema().quoted()
                + ".track AS t SET id = id WHERE id / 20 = $1::int4 RETURNING row_to_json(t) AS body";
        var statement = new Statement(sql, List.of(Integer.toString(chance.nextInt(50))));
        return houses.database.write(houses.a, SERVICE, new Write(statement, Write.Shape.ROWS, false));
    }

    private Mono<Long> copy(SplittableRandom chance) {
        var id = 1_000_000 + chance.nextInt(1_000_000_000);
        var rows = Flux.range(id, 20)
                .map(n -> Unpooled.wrappedBuffer((n + ",CANARY-A\n").getBytes(StandardCharsets.UTF_8)));
        var sql = "COPY " + houses.a.schema().quoted() + ".track FROM STDIN (FORMAT csv)";
        return houses.database.copyIn(houses.a, SERVICE, sql, rows);
    }

    private void assertNothingIsLost() {
        // Queues behind what goes on detached.
        for (var n = 0; n < 8; n++) {
            houses.process(houses.a);
            houses.transactionProcess(houses.a);
        }
        for (var round = 0; round < 5; round++) {
            System.gc();
            // A leak is told of when the next buffer is taken.
            for (var n = 0; n < 200; n++) {
                PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
                PooledByteBufAllocator.DEFAULT.buffer(16).touch().release();
            }
            houses.process(houses.a);
        }
        assertThat(complaints.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(complaint -> !isTheDrivers(complaint))
                .isEmpty();
        assertThat(failures)
                .noneMatch(IllegalReferenceCountException.class::isInstance)
                .isEmpty();
        var counts = houses.shards.connections(houses.shard());
        assertThat(counts.inUse()).isZero();
        assertThat(counts.pending()).isZero();
    }

    // The driver wraps each part of a COPY once more and forgets the wrapper, on the heap, when the sender leaves; and
    // rarely the one part that is on its way to the wire of a connection that is being closed.
    private static boolean isTheDrivers(String complaint) {
        return complaint.contains("PostgresqlCopyIn.lambda$copy$1")
                || complaint.contains("message.frontend.CopyData.lambda$encode$0");
    }
}
