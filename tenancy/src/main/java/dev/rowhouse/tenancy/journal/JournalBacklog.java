package dev.rowhouse.tenancy.journal;

import java.time.Duration;

/**
 * What a reader has before it.
 *
 * @param changes of the statements that it has not read, those of the first ten thousand statements
 * @param age of the oldest of them
 * @param term which the reader is in; each that begins to lead begins one
 */
public record JournalBacklog(long changes, Duration age, long term) {

    public static final JournalBacklog NONE = new JournalBacklog(0, Duration.ZERO, 0);
}
