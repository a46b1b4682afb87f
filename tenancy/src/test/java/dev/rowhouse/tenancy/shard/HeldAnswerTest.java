package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Who frees what a held answer was read into. */
class HeldAnswerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MEGABYTE = 1024 * 1024;

    @Test
    void whatIsHeldWasFreed() {
        var part = part(MEGABYTE);
        var parts = Flux.just(part).collect(HeldAnswer::new, HeldAnswer::add).block(PATIENCE);

        assertThat(part.refCnt()).isEqualTo(1);
        assertThat(parts.parts()).hasSize(1);
    }

    @Test
    void whatIsTooMuchIsFreedOnce() {
        var part = part(11 * MEGABYTE);

        StepVerifier.create(Flux.just(part)
                        .collect(HeldAnswer::new, HeldAnswer::add)
                        .contextWrite(TenantDatabase::releasingBuffers))
                .expectError(ShardError.AnswerTooLarge.class)
                .verify(PATIENCE);
        assertThat(part.refCnt()).isEqualTo(1);
    }

    // Kept by the test once more, to see whether it is released too often.
    private static ByteBuf part(int size) {
        return Unpooled.buffer(size).writeZero(size).retain();
    }
}
