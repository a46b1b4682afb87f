package dev.rowhouse.tenancy.insight;

import dev.rowhouse.tenancy.insight.Slot.Count;
import java.time.Duration;
import java.util.List;

/** What a tenant's requests were like over a span of time, to the beginning of the slot in which it begins. */
public final class Activity {

    private final Duration span;
    private final long[] counts;
    private final long[] latency;
    private final List<SlowStatement> slowest;

    Activity(Duration span, long[] counts, long[] latency, List<SlowStatement> slowest) {
        this.span = span;
        this.counts = counts.clone();
        this.latency = latency.clone();
        this.slowest = List.copyOf(slowest);
    }

    public Duration span() {
        return span;
    }

    public long requests() {
        return of(Count.REQUESTS);
    }

    /** Returns how many were answered with an error of the client's, refusals for a limit apart. */
    public long rejected() {
        return of(Count.REJECTED);
    }

    /** Returns how many were refused because of a limit of the tenant's. */
    public long refused() {
        return of(Count.REFUSED);
    }

    /** Returns how many were answered with an error of ours. */
    public long failed() {
        return of(Count.FAILED);
    }

    public long cacheLookups() {
        return of(Count.CACHE_LOOKUPS);
    }

    public long cacheHits() {
        return of(Count.CACHE_HITS);
    }

    /** Returns how long the given part of the requests took at most, in nanoseconds and up to a half too much; 0 of none. */
    public long latency(double part) {
        return Latencies.percentile(latency, part);
    }

    /** Returns the statements that cost most of those that took long, most first. */
    public List<SlowStatement> slowest() {
        return slowest;
    }

    private long of(Count count) {
        return counts[count.ordinal()];
    }
}
