package dev.rowhouse.app.data.limits;

import dev.rowhouse.platform.limits.Rate;
import dev.rowhouse.tenancy.directory.Quota;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant may use, in all instances together.
 *
 * @param rate of requests
 * @param byClass what some classes of requests may have of it at most
 * @param perCaller what each API key and each user may have of it at most; null for all
 * @param concurrentRequests how many requests may run at a time
 * @param statementTime how long connections may be busy for the tenant, per second
 */
public record Quotas(
        Rate rate,
        Map<RouteClass, Rate> byClass,
        @Nullable Rate perCaller,
        int concurrentRequests,
        Duration statementTime) {

    private static final Duration LONGEST = Duration.ofSeconds(1_000);

    /** Those of a tenant whose plan sets none. */
    public static final Quotas STANDARD =
            new Quotas(new Rate(1_000, 2_000), Map.of(), null, 200, Duration.ofSeconds(10));

    public Quotas {
        byClass = Map.copyOf(byClass);
        require(concurrentRequests >= 1, "concurrent-requests", concurrentRequests, "1 or more");
        require(
                statementTime.toMillis() >= 1 && statementTime.compareTo(LONGEST) <= 0,
                "statement-time-per-second",
                statementTime,
                "1 ms to " + LONGEST);
    }

    /** Returns them as an operator has set them for one tenant; the burst goes with the rate unless it is set too. */
    Quotas with(Map<Quota, Long> set) {
        if (set.isEmpty()) {
            return this;
        }
        var perSecond = set.getOrDefault(Quota.REQUESTS_PER_SECOND, rate.perSecond());
        var burst = Math.ceilDiv(rate.burst() * perSecond, rate.perSecond());
        return new Quotas(
                new Rate(perSecond, set.getOrDefault(Quota.BURST, burst)),
                byClass,
                perCaller,
                set.getOrDefault(Quota.CONCURRENT_REQUESTS, (long) concurrentRequests)
                        .intValue(),
                Duration.ofMillis(set.getOrDefault(Quota.STATEMENT_MS_PER_SECOND, statementTime.toMillis())));
    }

    private static void require(boolean right, String name, Object value, String expected) {
        if (!right) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
