package dev.rowhouse.app.events;

import dev.rowhouse.tenancy.journal.Change;
import java.util.LinkedHashSet;

/** The rows that one stream was sent last, for those changes that only such rows may tell of. */
final class SentRows {

    private static final int MOST = 10_000;

    private final LinkedHashSet<String> rows = new LinkedHashSet<>();

    /** Says whether the change may be sent, and notes that it is. */
    boolean admits(Seen seen) {
        var row = seen.row();
        if (row == null) {
            return true;
        }
        if (seen.change() == Change.DELETE) {
            return rows.remove(row) || !seen.onlyIfSent();
        }
        rows.addLast(row);
        if (rows.size() > MOST) {
            rows.removeFirst();
        }
        return true;
    }
}
