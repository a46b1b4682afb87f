package dev.rowhouse.platform.limits;

import dev.rowhouse.platform.limits.SharedTokens.Drawn;
import io.github.bucket4j.Bucket;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One rate, spent here and on other instances.
 *
 * <p>Tokens are drawn from those that all share by the batch, in the background, into a purse from which requests spend. An
 * empty purse while the shared ones are not known to be used up may be overdrawn within this instance's own part of the rate;
 * what is overdrawn is paid back by the next draw, so over time no more is spent than all may. Where nothing can be
 * shared, the own part is all there is.
 */
public final class RateLimit {

    private static final long BATCHES_PER_SECOND = 10;
    private static final long PAUSE_MILLIS = 20;

    private final String key;
    private final Rate rate;
    private final SharedTokens shared;
    private final Clock clock;
    private final Bucket own;
    private final long batch;
    private final AtomicLong purse = new AtomicLong();
    private final AtomicBoolean drawing = new AtomicBoolean();
    private volatile long lastDraw;
    private volatile long left;
    private volatile boolean scarce;

    RateLimit(String key, Rate rate, Bucket own, SharedTokens shared, Clock clock) {
        this.key = key;
        this.rate = rate;
        this.own = own;
        this.shared = shared;
        this.clock = clock;
        this.batch = Math.clamp(rate.perSecond() / BATCHES_PER_SECOND, 1, rate.burst());
        this.left = rate.burst();
    }

    public Rate rate() {
        return rate;
    }

    /** Spends one token if there is one. */
    public Spending spend() {
        // Also while others are asked: so losing them gives no second burst.
        var probe = own.tryConsumeAndReturnRemaining(1);
        if (!shared.isThere()) {
            return new Spending(rate, probe.isConsumed(), probe.getRemainingTokens());
        }
        var before = take(probe.isConsumed());
        var had = before == null ? 0 : before;
        if (had <= batch / 2) {
            draw();
        }
        return new Spending(rate, before != null, Math.max(0, had - 1 + left));
    }

    /** Says, without spending, that there is nothing to be had at the moment; where it is not sure it says no. */
    public boolean isUsedUp() {
        return shared.isThere()
                ? purse.get() <= 0 && scarce && clock.millis() - lastDraw < PAUSE_MILLIS
                : own.getAvailableTokens() <= 0;
    }

    /** Returns what was in the purse before one was taken from it, or null where none could be. */
    private @Nullable Long take(boolean inOwnPart) {
        while (true) {
            var had = purse.get();
            if (had <= 0 && (scarce || !inOwnPart)) {
                return null;
            }
            if (purse.compareAndSet(had, had - 1)) {
                return had;
            }
        }
    }

    private void draw() {
        var now = clock.millis();
        if (scarce && now - lastDraw < PAUSE_MILLIS || !drawing.compareAndSet(false, true)) {
            return;
        }
        var wanted = batch - purse.get();
        // Another draw has filled it meanwhile.
        if (wanted <= 0) {
            drawing.set(false);
            return;
        }
        lastDraw = now;
        shared.draw(key, rate, wanted).whenComplete((drawn, _) -> receive(wanted, drawn));
    }

    private void receive(long wanted, @Nullable Drawn drawn) {
        if (drawn != null) {
            purse.addAndGet(drawn.tokens());
            left = drawn.left();
            scarce = drawn.tokens() < wanted;
        }
        drawing.set(false);
    }
}
