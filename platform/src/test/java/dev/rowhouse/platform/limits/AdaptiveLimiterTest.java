package dev.rowhouse.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.platform.limits.AdaptiveLimiter.Bounds;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveLimiterTest {

    private static final Bounds HUNDRED = new Bounds(10, 100, 200);

    @ParameterizedTest
    @CsvSource({"BACKGROUND, 50", "NORMAL, 90", "CRITICAL, 100"})
    void theLowestIsGivenUpFirst(Priority priority, int room) {
        var limiter = new AdaptiveLimiter(HUNDRED);
        assertThat(entered(limiter, priority, 300, 0)).isEqualTo(room);
        assertThat(limiter.atWork()).isEqualTo(room);
    }

    @Test
    void whatIsCriticalComesInWhereReadsNoLongerDo() {
        var limiter = new AdaptiveLimiter(HUNDRED);
        entered(limiter, Priority.NORMAL, 300, 0);
        assertThat(limiter.enter(Priority.NORMAL, 0)).isFalse();
        assertThat(limiter.enter(Priority.BACKGROUND, 0)).isFalse();
        assertThat(limiter.enter(Priority.CRITICAL, 0)).isTrue();
    }

    @Test
    void onePartyDoesNotTakeAllRoom() {
        var limiter = new AdaptiveLimiter(HUNDRED);
        int held = 0;
        while (limiter.enter(Priority.CRITICAL, held)) {
            held++;
        }
        assertThat(held).isEqualTo(50);
        assertThat(limiter.enter(Priority.NORMAL, 0)).isTrue();
    }

    @Test
    void whoLeavesMakesRoom() {
        var limiter = new AdaptiveLimiter(HUNDRED);
        entered(limiter, Priority.CRITICAL, 100, 0);
        limiter.leave();
        limiter.leave(System.nanoTime());
        assertThat(entered(limiter, Priority.CRITICAL, 100, 0)).isEqualTo(2);
    }

    @Test
    void workThatTakesLongerAndLongerLowersTheLimitToItsLeast() {
        var limiter = new AdaptiveLimiter(HUNDRED);
        samples(limiter, Duration.ofMillis(2), 12, 80);
        assertThat(limiter.limit()).isGreaterThanOrEqualTo(100);
        for (int millis = 20; limiter.limit() > 10 && millis < 100_000_000; millis *= 3) {
            samples(limiter, Duration.ofMillis(millis), 1, 190);
        }
        assertThat(limiter.limit()).isLessThan(60);
    }

    @Test
    void littleWorkAtATimeNeverLowersTheLimitHoweverLongItTakes() {
        var limiter = new AdaptiveLimiter(HUNDRED);
        samples(limiter, Duration.ofMillis(2), 12, 10);
        samples(limiter, Duration.ofMillis(900), 12, 10);
        assertThat(limiter.limit()).isEqualTo(100);
    }

    @Test
    void boundsInTheWrongOrderAreRefused() {
        assertThatThrownBy(() -> new Bounds(10, 5, 20)).hasMessageContaining("ascending");
    }

    private static int entered(AdaptiveLimiter limiter, Priority priority, int tries, int ofSameParty) {
        int entered = 0;
        for (int i = 0; i < tries; i++) {
            entered += limiter.enter(priority, ofSameParty) ? 1 : 0;
        }
        return entered;
    }

    // The library takes the time of a sample from its beginning and its length, so windows pass without waiting.
    private long now = System.nanoTime();

    private void samples(AdaptiveLimiter limiter, Duration each, int windows, int atWork) {
        for (int window = 0; window < windows; window++) {
            now += Duration.ofMillis(300).toNanos() + each.toNanos();
            for (int i = 0; i < 20; i++) {
                limiter.sample(now, each.toNanos(), atWork);
            }
        }
    }
}
