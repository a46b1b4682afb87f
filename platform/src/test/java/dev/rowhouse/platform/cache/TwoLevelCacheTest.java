package dev.rowhouse.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rowhouse.platform.cache.Found.Source;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Without Redis: what is kept, what is shared, and what a change makes of both. */
class TwoLevelCacheTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final CacheKey KEY =
            CacheKey.in(new CacheScope("house")).with("question").build();
    private static final int LARGEST = 100;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final SteppedTerms terms = new SteppedTerms();
    private final AtomicInteger reads = new AtomicInteger();
    private final TwoLevelCache cache =
            new TwoLevelCache(new CacheBounds(10_000, 5_000, LARGEST), null, now::get, meters);

    @Test
    void whatIsKeptIsReadOnceUntilAChange() {
        assertThat(ask("a")).isEqualTo("READ a");
        assertThat(ask("b")).isEqualTo("MEMORY a");
        terms.change();
        assertThat(ask("c")).isEqualTo("READ_AGAIN c");
        assertThat(ask("d")).isEqualTo("MEMORY c");
        assertThat(reads).hasValue(2);
        assertThat(counted("stale_refused")).isEqualTo(1);
        assertThat(counted("hit_memory")).isEqualTo(2);
    }

    @Test
    void itEndsByItself() {
        ask("a");
        now.set(Instant.EPOCH.plusSeconds(15));
        assertThat(ask("b")).isEqualTo("MEMORY a");
        now.set(Instant.EPOCH.plusSeconds(20));
        assertThat(ask("c")).isEqualTo("READ c");
    }

    @Test
    void thatThereIsNothingIsKeptForAShorterTime() {
        assertThat(cache.get(KEY, terms, read()).block(PATIENCE).parts()).isEmpty();
        assertThat(cache.get(KEY, terms, read()).block(PATIENCE).source()).isEqualTo(Source.MEMORY);
        now.set(Instant.EPOCH.plusSeconds(5));
        assertThat(cache.get(KEY, terms, read()).block(PATIENCE).source()).isEqualTo(Source.READ);
        assertThat(counted("negative")).isEqualTo(3);
    }

    @Test
    void whileNobodyTellsOfChangesNothingIsKept() {
        ask("a");
        terms.silent(true);
        assertThat(ask("b")).isEqualTo("UNKEPT ");
        terms.silent(false);
        assertThat(ask("c")).isEqualTo("MEMORY a");
    }

    @Test
    void manyWhoAskAtOnceReadOnce() {
        var answer = Sinks.<byte[]>one();
        var asked = Flux.range(0, 50)
                .flatMap(_ -> cache.get(KEY, terms, counting(answer.asMono())), 50)
                .collectList()
                .toFuture();
        answer.tryEmitValue(bytes("a"));

        var found = asked.join();
        assertThat(found)
                .extracting(Found::source)
                .filteredOn(Source.READ::equals)
                .hasSize(1);
        assertThat(found).allMatch(each -> text(each).equals("a"));
        assertThat(reads).hasValue(1);
    }

    /** A read begins, a change comes, another asks, the first read ends: it must serve neither the other nor the next. */
    @Test
    void whatWasReadBeforeAChangeReachesNobodyWhoAskedAfterIt() {
        var before = Sinks.<byte[]>one();
        var first = cache.get(KEY, terms, counting(before.asMono())).toFuture();
        terms.change();
        assertThat(ask("new")).isEqualTo("READ new");
        before.tryEmitValue(bytes("old"));

        assertThat(text(first.join())).isEqualTo("old");
        assertThat(ask("newest")).isEqualTo("MEMORY new");
    }

    @Test
    void aChangeWhileAReadIsUnderWayLeavesNothingBehind() {
        var before = Sinks.<byte[]>one();
        var first = cache.get(KEY, terms, counting(before.asMono())).toFuture();
        terms.change();
        before.tryEmitValue(bytes("old"));
        first.join();

        assertThat(ask("new")).isEqualTo("READ new");
    }

    @Test
    void whoAskedFirstMayLeave() {
        var answer = Sinks.<byte[]>one();
        var first = cache.get(KEY, terms, counting(answer.asMono())).toFuture();
        var second = cache.get(KEY, terms, counting(Mono.never())).toFuture();
        first.cancel(true);
        answer.tryEmitValue(bytes("a"));

        assertThat(text(second.join())).isEqualTo("a");
        assertThat(ask("b")).isEqualTo("MEMORY a");
    }

    @Test
    void aFailureIsEverybodysAndIsNotKept() {
        assertThatIllegalStateException()
                .isThrownBy(() -> cache.get(KEY, terms, Flux.error(new IllegalStateException("away")))
                        .block(PATIENCE));
        assertThat(ask("a")).isEqualTo("READ a");
    }

    @Test
    void whatIsTooLargeIsReadByEachWithoutATryBefore() {
        var large = counting(Mono.just(new byte[LARGEST + 1]));
        assertThat(cache.get(KEY, terms, large).block(PATIENCE)).isEqualTo(Found.NOTHING);
        assertThat(cache.get(KEY, terms, large).block(PATIENCE)).isEqualTo(Found.NOTHING);
        assertThat(reads).hasValue(1);
    }

    private String ask(String answer) {
        var found = cache.get(KEY, terms, counting(Mono.just(bytes(answer)))).block(PATIENCE);
        return found.source() + " " + text(found);
    }

    private static Flux<byte[]> read() {
        return Flux.fromIterable(List.of());
    }

    private Flux<byte[]> counting(Mono<byte[]> answer) {
        return answer.doOnSubscribe(_ -> reads.incrementAndGet()).flux();
    }

    private double counted(String event) {
        return meters.get("rowhouse.cache").tag("event", event).counter().count();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Found found) {
        return found.parts().isEmpty() ? "" : new String(found.parts().getFirst(), StandardCharsets.UTF_8);
    }
}
