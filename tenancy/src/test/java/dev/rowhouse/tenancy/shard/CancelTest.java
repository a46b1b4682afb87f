package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class CancelTest {

    private static final Caller SERVICE = TwoHouses.service();
    private static final Duration SOON = Duration.ofMillis(200);

    private TwoHouses houses;

    @BeforeEach
    void build() {
        houses = TwoHouses.onOneConnection();
        houses.rows(houses.b, SERVICE, TwoHouses.track(houses.b, SERVICE, 7));
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadIsStoppedOnTheServerAndItsConnectionServesNobodyElse(boolean alone) {
        var process = houses.process(houses.b);
        var sleep = TwoHouses.read(
                houses.a.id().role(SERVICE.callerClass()), "SELECT pg_sleep(10) WHERE $1::text = ''", alone, "");

        StepVerifier.create(houses.database.read(houses.a, SERVICE, sleep))
                .expectSubscription()
                .expectNoEvent(SOON)
                .thenCancel()
                .verify(TwoHouses.PATIENCE);

        assertNextIsQuick();
        assertThat(houses.process(houses.b).equals(process)).isEqualTo(!alone);
    }

    @Test
    void aReadCancelledInTheMiddleOfALargeAnswerIsNotReadToItsEnd() {
        var large = TwoHouses.inTransaction(
                houses.a,
                SERVICE,
                "SELECT n, repeat('x', 10000) AS filling FROM generate_series(1, 10000000) AS n WHERE $1::text = ''",
                "");
        StepVerifier.create(TwoHouses.text(houses.database.read(houses.a, SERVICE, large)), 3)
                .expectNextCount(3)
                .thenCancel()
                .verify(TwoHouses.PATIENCE);
        assertNextIsQuick();
    }

    @Test
    void aCancelledWriteLeavesNothing() {
        var update = new Statement(
                "UPDATE " + houses.a.schema().quoted() + ".track SET name = $1::text FROM pg_sleep(10) WHERE id = 7",
                List.of("lost"));
        StepVerifier.create(houses.database.write(houses.a, SERVICE, new Write(update, Write.Shape.NOTHING, false)))
                .expectSubscription()
                .expectNoEvent(SOON)
                .thenCancel()
                .verify(TwoHouses.PATIENCE);
        assertNextIsQuick();
    }

    @Test
    void aCancelledCopyLeavesNothing() {
        var rows = Flux.concat(
                Flux.<ByteBuf>just(Unpooled.copiedBuffer("5000,CANARY-A\n", StandardCharsets.UTF_8)), Flux.never());
        var sql = "COPY " + houses.a.schema().quoted() + ".track FROM STDIN (FORMAT csv)";
        StepVerifier.create(houses.database.copyIn(houses.a, SERVICE, sql, rows))
                .expectSubscription()
                .expectNoEvent(SOON)
                .thenCancel()
                .verify(TwoHouses.PATIENCE);
        assertThat(houses.rows(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, 5000)))
                .isEmpty();
        assertNextIsQuick();
    }

    @Test
    void aCallCancelledWhileItWaitsForAConnectionTakesNone() {
        var lane = houses.shards.shardOf(houses.a).laneFor(houses.a, Backend.Kind.PLAIN_READS);
        var held = houses.borrow(lane);
        StepVerifier.create(houses.database.read(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, 7)))
                .expectSubscription()
                .expectNoEvent(SOON)
                .thenCancel()
                .verify(TwoHouses.PATIENCE);
        assertThat(lane.counts().pending()).isZero();
        lane.release(held).block(TwoHouses.PATIENCE);
        assertThat(lane.counts().inUse()).isZero();
        assertNextIsQuick();
    }

    @Test
    void callsCancelledAtAnyMomentLeakNoConnection() {
        Flux.range(0, 2_000)
                .flatMap(
                        n -> Mono.firstWithSignal(
                                        TwoHouses.text(houses.database.read(
                                                        houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, 7)))
                                                .then(),
                                        Mono.delay(Duration.ofNanos(n * 1_000L)).then())
                                .subscribeOn(Schedulers.parallel())
                                .onErrorComplete(),
                        8)
                .blockLast(TwoHouses.PATIENCE);
        assertNextIsQuick();
    }

    @Test
    void whoWaitsTooLongIsToldThatTheLaneIsBusy() {
        try (var others = TwoHouses.with(TwoHouses.settings(1, 8, Duration.ofSeconds(1)))) {
            var lane = others.shards.shardOf(others.a).laneFor(others.a, Backend.Kind.PLAIN_READS);
            var held = others.borrow(lane);
            assertThatThrownBy(() -> others.rows(others.a, SERVICE, TwoHouses.track(others.a, SERVICE, 7)))
                    .isInstanceOf(ShardError.Busy.class);
            lane.release(held).block(TwoHouses.PATIENCE);
            assertThat(others.rows(others.a, SERVICE, TwoHouses.track(others.a, SERVICE, 7)))
                    .hasSize(1);
        }
    }

    @Test
    void whoWouldWaitBehindTooManyIsToldAtOnce() {
        var settings = TwoHouses.settings(1);
        var narrow = new LaneSettings(
                1,
                settings.statementCache(),
                Duration.ofSeconds(10),
                1,
                settings.connectTimeout(),
                settings.statementTimeout(),
                settings.lockTimeout(),
                settings.cancelGrace(),
                settings.maxLife(),
                settings.maxHouses());
        try (var others = TwoHouses.with(narrow)) {
            var lane = others.shards.shardOf(others.a).laneFor(others.a, Backend.Kind.PLAIN_READS);
            var held = others.borrow(lane);
            var waiting = others.asked(lane).toFuture();
            var begun = System.nanoTime();
            assertThatThrownBy(() -> others.rows(others.a, SERVICE, TwoHouses.track(others.a, SERVICE, 7)))
                    .isInstanceOf(ShardError.Busy.class);
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
            lane.release(held)
                    .then(Mono.fromFuture(waiting))
                    .flatMap(lane::release)
                    .block(TwoHouses.PATIENCE);
        }
    }

    @Test
    void aConnectionIsReplacedAfterItsShareOfHouses() {
        var settings = TwoHouses.settings(1);
        var shortLived = new LaneSettings(
                1,
                settings.statementCache(),
                settings.acquireTimeout(),
                settings.maxPendingAcquires(),
                settings.connectTimeout(),
                settings.statementTimeout(),
                settings.lockTimeout(),
                settings.cancelGrace(),
                settings.maxLife(),
                1);
        try (var others = TwoHouses.with(shortLived)) {
            var process = others.process(others.a);
            assertThat(others.process(others.a)).isEqualTo(process);
            others.process(others.b);
            assertThat(others.process(others.a)).isNotEqualTo(process);
        }
    }

    // Far below the ten seconds of the statement that was left: nobody waits for it.
    private void assertNextIsQuick() {
        var begun = System.nanoTime();
        assertThat(houses.rows(houses.b, SERVICE, TwoHouses.track(houses.b, SERVICE, 7)))
                .containsExactly("{\"id\":7,\"name\":\"CANARY-B-7\"}");
        assertThat(houses.rows(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, 7)))
                .containsExactly("{\"id\":7,\"name\":\"CANARY-A-7\"}");
        var name = "SELECT name FROM " + houses.a.schema().quoted() + ".track WHERE id = $1::int4";
        assertThat(houses.rows(houses.a, SERVICE, TwoHouses.inTransaction(houses.a, SERVICE, name, "7")))
                .containsExactly("{\"name\":\"CANARY-A-7\"}");
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(1));
        var counts = houses.shards.connections(houses.shard());
        assertThat(counts.inUse()).isZero();
        assertThat(counts.pending()).isZero();
    }
}
