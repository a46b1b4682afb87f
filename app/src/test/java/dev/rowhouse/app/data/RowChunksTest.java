package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Every buffer is taken from one allocator that counts: whatever is not released shows at the end. */
class RowChunksTest {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final List<ByteBuf> rows = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleased() {
        assertThat(rows).allMatch(row -> row.refCnt() == 0);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void aSmallAnswerIsOneChunk() {
        chunks(Flux.just(row("{\"a\":1}"), row("{\"a\":2}")), Layout.ARRAY)
                .as(StepVerifier::create)
                .assertNext(chunk -> assertChunk(chunk, "[{\"a\":1},{\"a\":2}]", 2, true))
                .verifyComplete();
    }

    @Test
    void noRowIsAnEmptyArray() {
        chunks(Flux.empty(), Layout.ARRAY)
                .as(StepVerifier::create)
                .assertNext(chunk -> assertChunk(chunk, "[]", 0, true))
                .verifyComplete();
    }

    @Test
    void noRowIsNoLine() {
        chunks(Flux.empty(), Layout.LINES)
                .as(StepVerifier::create)
                .assertNext(chunk -> assertChunk(chunk, "", 0, true))
                .verifyComplete();
    }

    @Test
    void everyLineEnds() {
        chunks(Flux.just(row("1"), row("2")), Layout.LINES)
                .as(StepVerifier::create)
                .assertNext(chunk -> assertChunk(chunk, "1\n2\n", 2, true))
                .verifyComplete();
    }

    @Test
    void aLargeAnswerComesInSeveralChunksWithoutGap() {
        var text = chunks(Flux.range(0, 10_000).map(i -> row("{\"n\":" + i + "}")), Layout.ARRAY)
                .publishOn(Schedulers.parallel())
                .map(this::textOf)
                .collectList();

        text.as(StepVerifier::create)
                .assertNext(parts -> {
                    assertThat(parts).hasSizeGreaterThan(5);
                    var whole = String.join("", parts);
                    assertThat(whole).startsWith("[{\"n\":0},{\"n\":1}").endsWith("{\"n\":9999}]");
                    assertThat(whole.split(",")).hasSize(10_000);
                })
                .verifyComplete();
    }

    @Test
    void rowsAreAskedForOnlyAsLongAsTheClientTakesChunks() {
        var asked = new long[1];
        var large = "x".repeat(8 * 1024);
        var many = Flux.range(0, 10_000).doOnRequest(n -> asked[0] += n).map(_ -> row(large));

        chunks(many, Layout.ARRAY)
                .as(source -> StepVerifier.create(source, 1))
                .assertNext(Chunk::release)
                .then(() -> assertThat(asked[0]).isLessThan(200))
                .thenCancel()
                .verify();
    }

    @Test
    void ofLargeRowsFewAreAskedFor() {
        var asked = new long[1];
        var large = "x".repeat(1024 * 1024);
        var many = Flux.range(0, 100).doOnRequest(n -> asked[0] += n).map(_ -> row(large));

        chunks(many, Layout.ARRAY)
                .as(source -> StepVerifier.create(source, 1))
                .assertNext(Chunk::release)
                .then(() -> assertThat(asked[0]).isLessThan(4))
                .thenRequest(2)
                .assertNext(Chunk::release)
                .assertNext(Chunk::release)
                .then(() -> assertThat(asked[0]).isLessThan(6))
                .thenCancel()
                .verify();
    }

    @Test
    void anErrorBeforeTheFirstChunkIsAllThatComes() {
        chunks(Flux.concat(Flux.just(row("1")), Mono.error(new IllegalStateException("broken"))), Layout.ARRAY)
                .as(StepVerifier::create)
                .verifyErrorMessage("broken");
    }

    @Test
    void aCancelReleasesWhatHadCome() {
        var database = TestPublisher.<ByteBuf>create();

        chunks(database.flux(), Layout.ARRAY)
                .as(StepVerifier::create)
                .then(() -> database.next(row("1"), row("2")))
                .thenCancel()
                .verify();

        database.assertCancelled();
    }

    private Flux<Chunk> chunks(Flux<ByteBuf> source, Layout layout) {
        return RowChunks.of(source, allocator, layout);
    }

    private ByteBuf row(String json) {
        var row = PooledByteBufAllocator.DEFAULT.buffer().writeBytes(json.getBytes(StandardCharsets.UTF_8));
        rows.add(row);
        return row;
    }

    private void assertChunk(Chunk chunk, String text, long count, boolean last) {
        assertThat(textOf(chunk)).isEqualTo(text);
        assertThat(chunk.rows()).isEqualTo(count);
        assertThat(chunk.last()).isEqualTo(last);
    }

    private String textOf(Chunk chunk) {
        var text = chunk.bytes().toString(StandardCharsets.UTF_8);
        chunk.release();
        return text;
    }
}
