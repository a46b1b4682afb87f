package dev.rowhouse.app.data.limits;

import dev.rowhouse.app.data.query.Limits;
import java.util.Set;

/**
 * What a tenant has ordered.
 *
 * @param limits of each request by itself
 * @param quotas of all requests together
 * @param maxStreams how many streams of events may be open at a time, in one process
 * @param features the names of what only some plans have
 */
public record Plan(Limits limits, Quotas quotas, int maxStreams, Set<String> features) {

    /** The plan of a tenant whose own is not named in any configuration, where the lanes are as they come. */
    public static final Plan STANDARD = new Plan(Limits.STANDARD, Quotas.STANDARD, 100, Set.of());

    public Plan {
        features = Set.copyOf(features);
        if (maxStreams < 0) {
            throw new IllegalArgumentException("max-streams: " + maxStreams + " (expected: 0 or more)");
        }
    }
}
