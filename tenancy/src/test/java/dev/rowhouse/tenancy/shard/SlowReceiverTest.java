package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.Caller;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Whoever does not take an answer keeps a connection from others for a moment only. */
class SlowReceiverTest {

    private static final Caller ANON = TwoHouses.anon();

    private TwoHouses houses;

    @BeforeEach
    void build() {
        houses = TwoHouses.onOneConnection();
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @Test
    void itLosesItToANeighbourWhoWaits() {
        StepVerifier.create(houses.database.read(houses.a, ANON, large()), 1)
                .assertNext(ByteBuf::release)
                .then(() -> assertThat(houses.rows(houses.b, ANON, TwoHouses.track(houses.b, ANON, 7)))
                        .as("the neighbour")
                        .hasSize(1))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(_ -> true, ByteBuf::release)
                .expectError(ShardError.Unavailable.class)
                .verify(TwoHouses.PATIENCE);
        assertThat(houses.rows(houses.a, ANON, TwoHouses.track(houses.a, ANON, 7)))
                .hasSize(1);
    }

    @Test
    void aloneItIsGivenTime() {
        StepVerifier.create(houses.database.read(houses.a, ANON, large()), 1)
                .assertNext(ByteBuf::release)
                .thenAwait(Duration.ofSeconds(2))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(_ -> true, ByteBuf::release)
                .expectComplete()
                .verify(TwoHouses.PATIENCE);
    }

    @Test
    void whoTakesAllThatComesIsLeftInPeaceHoweverLongItTakes() {
        var slow = TwoHouses.plain(
                houses.a,
                ANON,
                "SELECT n, pg_sleep(CASE WHEN n > 900 THEN 0.02 END) FROM generate_series(1, 1000) AS n WHERE $1::text = ''",
                "");
        StepVerifier.create(houses.database.read(houses.a, ANON, slow).doOnNext(ByteBuf::release))
                .expectNextCount(1)
                .then(() -> assertThat(houses.rows(houses.b, ANON, TwoHouses.track(houses.b, ANON, 7)))
                        .hasSize(1))
                .expectNextCount(999)
                .expectComplete()
                .verify(TwoHouses.PATIENCE);
    }

    private Read large() {
        return TwoHouses.plain(
                houses.a,
                ANON,
                "SELECT n, repeat('x', 10000) AS text FROM generate_series(1, 3000) AS n WHERE $1::text = ''",
                "");
    }
}
