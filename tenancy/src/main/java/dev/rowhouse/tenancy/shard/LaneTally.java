package dev.rowhouse.tenancy.shard;

import java.util.concurrent.atomic.LongAdder;

/** What happened at the lanes of one shard in this process, since it began; counting never waits. */
public final class LaneTally {

    private final LongAdder waits = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder mismatched = new LongAdder();

    LaneTally() {}

    void waited(long nanos) {
        waits.increment();
        waited.add(nanos);
    }

    void refused() {
        refused.increment();
    }

    void mismatched() {
        mismatched.increment();
    }

    /** Returns how many requests had to wait for a connection and got one. */
    public long waits() {
        return waits.sum();
    }

    /** Returns how long those waited together, in nanoseconds. */
    public long waitedNanos() {
        return waited.sum();
    }

    /** Returns how many requests got no connection: the line was full, or they had waited for too long. */
    public long refusals() {
        return refused.sum();
    }

    /** Returns how many statements ran into another role than their own, and so answered nothing. */
    public long mismatches() {
        return mismatched.sum();
    }
}
