package dev.rowhouse.platform.limits;

import dev.rowhouse.platform.limits.SharedTokens.Drawn;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Makes limits of rates, for instances that share their tokens or for one that keeps to its part. */
public final class RateLimits {

    private static final SharedTokens NOTHING_SHARED = new SharedTokens() {
        @Override
        public boolean isThere() {
            return false;
        }

        @Override
        public CompletionStage<Drawn> draw(String key, Rate rate, long tokens) {
            return CompletableFuture.failedStage(new IllegalStateException("nothing is shared"));
        }
    };

    private final SharedTokens shared;
    private final int instances;
    private final Clock clock;

    RateLimits(SharedTokens shared, int instances, Clock clock) {
        this.shared = shared;
        this.instances = instances;
        this.clock = clock;
    }

    /** @param instances among which each rate is divided */
    public static RateLimits alone(int instances, Clock clock) {
        return new RateLimits(NOTHING_SHARED, instances, clock);
    }

    /** @param instances among which each rate is divided while the shared tokens cannot be reached */
    public static RateLimits sharing(RedisTokens tokens, int instances, Clock clock) {
        return new RateLimits(tokens, instances, clock);
    }

    /** Returns a limit with its own count in this process, and one with all others of that key and rate. */
    public RateLimit of(String key, Rate rate) {
        return new RateLimit(key, rate, bucket(rate.dividedBy(instances), clock), shared, clock);
    }

    /** Returns a limit of this instance's part, of what is paid for afterwards. */
    public PostpaidLimit postpaid(Rate rate) {
        return new PostpaidLimit(bucket(rate.dividedBy(instances), clock));
    }

    /** Returns this instance's part of a number that all may have together. */
    public int part(int number) {
        return Math.ceilDiv(number, instances);
    }

    static Bucket bucket(Rate rate, Clock clock) {
        return Bucket.builder()
                .addLimit(rate.bandwidth())
                .withCustomTimePrecision(meter(clock))
                .build();
    }

    static TimeMeter meter(Clock clock) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return TimeUnit.MILLISECONDS.toNanos(clock.millis());
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }
}
