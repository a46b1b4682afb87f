package dev.rowhouse.app.events;

import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.tenancy.journal.Change;
import java.util.LinkedHashSet;

/** The rows that one stream was sent last, for those changes that only such rows may tell of. */
final class SentRows {

    private static final int MOST = 10_000;
    private static final int LONGEST = 128;

    private final LinkedHashSet<String> rows = new LinkedHashSet<>();

    /** Says whether the change may be sent, and notes that it is. */
    boolean admits(Seen seen) {
        var told = seen.row();
        if (told == null) {
            return true;
        }
        var row = name(told);
        if (seen.change() == Change.DELETE) {
            return rows.remove(row) || !seen.onlyIfSent();
        }
        rows.addLast(row);
        if (rows.size() > MOST) {
            rows.removeFirst();
        }
        return true;
    }

    // Keys may be of any length, and many are remembered.
    private static String name(String row) {
        return row.length() <= LONGEST ? row : Fingerprint.of(row).hex();
    }
}
