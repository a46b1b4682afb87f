package dev.rowhouse.platform.limits;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import java.time.Duration;

/**
 * How many tokens may be spent.
 *
 * @param perSecond in the long run
 * @param burst at once, after a rest
 */
public record Rate(long perSecond, long burst) {

    // Bucket4j counts no more than one in each nanosecond.
    private static final long MOST = 1_000_000_000;

    private static final Duration SECOND = Duration.ofSeconds(1);

    public Rate {
        if (perSecond < 1 || perSecond > MOST || burst < 1 || burst > MOST) {
            throw new IllegalArgumentException(
                    perSecond + " per second, " + burst + " at once (expected: 1 to " + MOST + " of each)");
        }
    }

    /** Returns the part of one instance of several. */
    Rate dividedBy(int instances) {
        return new Rate(Math.ceilDiv(perSecond, instances), Math.ceilDiv(burst, instances));
    }

    /** Returns in how many seconds, rounded up, {@code tokens} come in. */
    public long secondsFor(long tokens) {
        return Math.ceilDiv(tokens, perSecond);
    }

    Bandwidth bandwidth() {
        return Bandwidth.builder()
                .capacity(burst)
                .refillGreedy(perSecond, SECOND)
                .build();
    }

    BucketConfiguration configuration() {
        return BucketConfiguration.builder().addLimit(bandwidth()).build();
    }
}
