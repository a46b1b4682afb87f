package dev.rowhouse.tenancy.usage;

import java.util.concurrent.atomic.LongAdder;

/** What one process has counted of a tenant's requests on one day; counting never waits. */
public final class Tally {

    private final LongAdder requests = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile Counts stored = new Counts(0, 0, 0);

    /** Totals, each at least what it was before. */
    record Counts(long requests, long refused, long failed) {}

    Tally() {}

    /** Counts a request, whatever becomes of it. */
    public void request() {
        requests.increment();
    }

    /** Counts that a request was refused because of a limit. */
    public void refused() {
        refused.increment();
    }

    /** Counts that a request was answered with an error of ours. */
    public void failed() {
        failed.increment();
    }

    Counts counts() {
        return new Counts(requests.sum(), refused.sum(), failed.sum());
    }

    boolean isStored(Counts counts) {
        return stored.equals(counts);
    }

    void stored(Counts counts) {
        stored = counts;
    }
}
