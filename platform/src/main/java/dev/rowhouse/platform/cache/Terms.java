package dev.rowhouse.platform.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a question asks of its answer. */
public interface Terms {

    /** Returns the stamp of a read that begins now, or null if nothing may be answered or kept at the moment. */
    @Nullable
    Stamp stamp();

    /** Says whether a value with this stamp may be answered now. */
    boolean hold(Stamp stamp);

    /** Returns how long a value is kept at most. */
    Duration longest();
}
