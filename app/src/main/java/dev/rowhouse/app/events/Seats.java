package dev.rowhouse.app.events;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.TenantId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the streams of each tenant in this process against what its plan allows. */
final class Seats {

    private static final int LATER = 5;

    private final Map<TenantId, Integer> taken = new ConcurrentHashMap<>();
    /** Takes one of {@code limit} seats, which has to be {@linkplain #leave left}; a {@link Problem} where there is none. */
    TenantId take(TenantId tenant, int limit) {
        taken.compute(tenant, (_, count) -> {
            var before = count == null ? 0 : count;
            if (before >= limit) {
                throw full(limit);
            }
            return before + 1;
        });
        return tenant;
    }

    void leave(TenantId tenant) {
        taken.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
    }

    private static Problem full(int limit) {
        return Problem.of(ProblemType.TOO_MANY_STREAMS, "the tenant has as many streams as its plan allows")
                .with("maximum", limit)
                .retryAfter(LATER);
    }
}
