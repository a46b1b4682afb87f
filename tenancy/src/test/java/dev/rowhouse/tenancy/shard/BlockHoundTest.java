package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class BlockHoundTest {

    @Test
    void aBlockedEventLoopFailsTheTest() {
        var blocking = Mono.fromCallable(() -> Mono.delay(Duration.ofMillis(1), Schedulers.boundedElastic())
                        .toFuture()
                        .get())
                .subscribeOn(Schedulers.parallel());
        assertThatThrownBy(blocking::block).hasRootCauseInstanceOf(BlockingOperationError.class);
    }
}
