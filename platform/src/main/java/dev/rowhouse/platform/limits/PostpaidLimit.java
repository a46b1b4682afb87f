package dev.rowhouse.platform.limits;

import io.github.bucket4j.Bucket;
import java.util.concurrent.TimeUnit;

/** A rate of what is known only afterwards, such as time: whoever has debts waits until they are paid. */
public final class PostpaidLimit {

    private final Bucket bucket;

    PostpaidLimit(Bucket bucket) {
        this.bucket = bucket;
    }

    public boolean isOpen() {
        return bucket.getAvailableTokens() > 0;
    }

    /** Returns the seconds, rounded up, until the debts are paid. */
    public long secondsUntilOpen() {
        var nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
    }

    public void charge(long tokens) {
        if (tokens > 0) {
            bucket.consumeIgnoringRateLimits(tokens);
        }
    }
}
