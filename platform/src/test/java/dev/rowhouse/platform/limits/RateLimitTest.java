package dev.rowhouse.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private final HandClock clock = new HandClock();
    private final InMemoryTokens tokens = new InMemoryTokens();

    @Test
    void aloneTheBurstIsSpentAndComesBackWithTime() {
        var limit = RateLimits.alone(1, clock).of("a", new Rate(10, 3));
        assertThat(spent(limit, 5)).isEqualTo(3);
        clock.goOn(Duration.ofMillis(99));
        assertThat(spent(limit, 1)).isZero();
        clock.goOn(Duration.ofMillis(1));
        assertThat(spent(limit, 2)).isEqualTo(1);
        clock.goOn(Duration.ofMinutes(1));
        assertThat(spent(limit, 9)).isEqualTo(3);
    }

    @Test
    void aloneEachInstanceHasItsPart() {
        var limit = RateLimits.alone(4, clock).of("a", new Rate(100, 20));
        assertThat(spent(limit, 20)).isEqualTo(5);
        clock.goOn(Duration.ofSeconds(1));
        assertThat(RateLimits.alone(4, clock).part(10)).isEqualTo(3);
    }

    @Test
    void whatIsLeftAndWhenAllIsBackIsTold() {
        var limit = RateLimits.alone(1, clock).of("a", new Rate(2, 10));
        var first = limit.spend();
        assertThat(first.remaining()).isEqualTo(9);
        assertThat(first.secondsUntilFull()).isEqualTo(1);
        spent(limit, 20);
        assertThat(limit.spend().secondsUntilFull()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "50, 100", "1000, 2000"})
    void twoInstancesTogetherSpendWhatTheRateAllows(long perSecond, long burst) {
        var rate = new Rate(perSecond, burst);
        var limits = new RateLimits(tokens, 2, clock);
        var first = limits.of("a", rate);
        var second = limits.of("a", rate);
        long admitted = 0;
        for (int step = 0; step < 6_000; step++) {
            clock.goOn(Duration.ofMillis(10));
            admitted += spent(first, perSecond / 20 + 1) + spent(second, perSecond / 20 + 1);
        }
        assertThat(admitted).isBetween(perSecond * 59, perSecond * 60 * 102 / 100 + burst + 1);
    }

    @Test
    void aBurstIsAdmittedBeforeTheSharedTokensAnswer() {
        var limit = new RateLimits(tokens, 2, clock).of("a", new Rate(1_000, 2_000));
        tokens.isSlow = true;
        assertThat(spent(limit, 5_000)).isEqualTo(1_000);
        tokens.answer();
        assertThat(spent(limit, 5_000)).isBetween(1L, 1_000L);
    }

    @Test
    void whatWasOverdrawnIsPaidBack() {
        var limit = new RateLimits(tokens, 1, clock).of("a", new Rate(100, 100));
        tokens.isSlow = true;
        assertThat(spent(limit, 200)).isEqualTo(100);
        tokens.takeAll("a");
        tokens.answer();
        clock.goOn(Duration.ofMillis(500));
        assertThat(spent(limit, 10)).isZero();
    }

    @Test
    void withoutTheSharedTokensItGoesOnWithinItsPartAndWithoutASecondBurst() {
        var limit = new RateLimits(tokens, 2, clock).of("a", new Rate(100, 200));
        assertThat(spent(limit, 300)).isBetween(190L, 210L);
        tokens.isThere = false;
        assertThat(spent(limit, 300)).isZero();
        clock.goOn(Duration.ofSeconds(1));
        assertThat(spent(limit, 300)).isEqualTo(50);
    }

    @Test
    void aDrawThatFailsIsTriedAgain() {
        var limit = new RateLimits(tokens, 1, clock).of("a", new Rate(10, 1));
        tokens.fails = true;
        assertThat(spent(limit, 5)).isEqualTo(1);
        tokens.fails = false;
        clock.goOn(Duration.ofSeconds(1));
        assertThat(limit.spend().granted()).isTrue();
        assertThat(tokens.buckets).isNotEmpty();
    }

    @Test
    void whatIsPaidAfterwardsClosesUntilTheDebtIsPaid() {
        var limit = RateLimits.alone(2, clock).postpaid(new Rate(1_000, 1_000));
        assertThat(limit.isOpen()).isTrue();
        limit.charge(1_500);
        assertThat(limit.isOpen()).isFalse();
        assertThat(limit.secondsUntilOpen()).isEqualTo(3);
        clock.goOn(Duration.ofMillis(2_010));
        assertThat(limit.isOpen()).isTrue();
    }

    @Test
    void aRateOfNothingIsNone() {
        assertThatThrownBy(() -> new Rate(0, 1)).hasMessageContaining("expected: 1 to");
        assertThatThrownBy(() -> new Rate(2_000_000_000, 1)).hasMessageContaining("expected: 1 to");
        assertThatThrownBy(() -> new Rate(1, 0)).hasMessageContaining("expected: 1 to");
    }

    private static long spent(RateLimit limit, long wanted) {
        long granted = 0;
        for (long i = 0; i < wanted; i++) {
            granted += limit.spend().granted() ? 1 : 0;
        }
        return granted;
    }

    /** Shared tokens that answer at once, when asked to, or not at all. */
    private final class InMemoryTokens implements SharedTokens {

        private final Map<String, Bucket> buckets = new HashMap<>();
        private boolean isThere = true;
        private boolean isSlow;
        private boolean fails;
        private Runnable answer = () -> {};

        @Override
        public boolean isThere() {
            return isThere;
        }

        @Override
        public CompletionStage<Drawn> draw(String key, Rate rate, long wanted) {
            if (fails) {
                return CompletableFuture.failedStage(new IllegalStateException("no answer"));
            }
            var bucket = buckets.computeIfAbsent(key, _ -> RateLimits.bucket(rate, clock));
            var drawn = new CompletableFuture<Drawn>();
            answer = () ->
                    drawn.complete(new Drawn(bucket.tryConsumeAsMuchAsPossible(wanted), bucket.getAvailableTokens()));
            if (!isSlow) {
                answer();
            }
            return drawn;
        }

        private void answer() {
            isSlow = false;
            answer.run();
        }

        private void takeAll(String key) {
            buckets.get(key).tryConsumeAsMuchAsPossible();
        }
    }
}
