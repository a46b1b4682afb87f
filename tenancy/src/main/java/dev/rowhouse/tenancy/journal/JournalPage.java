package dev.rowhouse.tenancy.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a journal: every entry with a position above the one asked for and at most {@code through} is in it.
 *
 * @param entries in the order of their positions
 * @param through where to read on
 * @param asOf on this process's clock of {@link System#nanoTime}: whatever was committed before that moment is in this page
 *     or before it; null where more can be read at once
 */
public record JournalPage(
        List<JournalEntry> entries, long through, @Nullable Long asOf) {

    public JournalPage {
        entries = List.copyOf(entries);
    }

    /** A page after which more can be read. */
    public JournalPage(List<JournalEntry> entries, long through) {
        this(entries, through, null);
    }

    /** Says whether more can be read at once. */
    public boolean isCut() {
        return asOf == null;
    }
}
