package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** An export may take longer than a statement, but not for ever. */
class ExportBoundTest {

    private static final Duration STATEMENT = Duration.ofMillis(250);

    private TwoHouses houses;

    @BeforeEach
    void open() {
        var usual = TwoHouses.settings(1);
        houses = TwoHouses.with(new LaneSettings(
                1,
                usual.statementCache(),
                usual.acquireTimeout(),
                usual.maxPendingAcquires(),
                usual.connectTimeout(),
                STATEMENT,
                usual.lockTimeout(),
                usual.cancelGrace(),
                usual.maxLife(),
                usual.maxHouses()));
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @Test
    void anExportOutlastsAStatement() {
        var slow = rows("SELECT pg_sleep(0.05) FROM generate_series(1, 10) WHERE $1::text = ''");

        assertThat(TwoHouses.text(houses.database.export(houses.a, TwoHouses.service(), slow))
                        .collectList()
                        .block(TwoHouses.PATIENCE))
                .hasSize(10);
        assertThatThrownBy(() -> houses.rows(houses.a, TwoHouses.service(), slow))
                .isInstanceOf(ShardError.class);
    }

    @Test
    void whoTakesNothingLosesTheConnection() {
        var wide = rows("SELECT repeat('x', 1000000) FROM generate_series(1, 200) WHERE $1::text = ''");
        var end = Sinks.<String>one();
        houses.database.export(houses.a, TwoHouses.service(), wide).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(ByteBuf row) {
                row.release();
            }

            @Override
            protected void hookOnComplete() {
                end.tryEmitValue("complete");
            }

            @Override
            protected void hookOnError(Throwable failure) {
                end.tryEmitValue("failed");
            }
        });

        assertThat(end.asMono().block(TwoHouses.PATIENCE)).isEqualTo("failed");
        // Queues behind the end of the export, on the one connection there is.
        assertThat(Flux.defer(() -> TwoHouses.text(houses.database.read(
                                houses.a, TwoHouses.service(), TwoHouses.pid(houses.a, TwoHouses.service(), false))))
                        .retry(3)
                        .collectList()
                        .block(TwoHouses.PATIENCE))
                .hasSize(1);
        assertThat(houses.shards.connections(houses.shard()).inUse()).isZero();
    }

    private Read rows(String from) {
        return TwoHouses.read(houses.a.id().role(TwoHouses.service().callerClass()), from, false, "");
    }
}
