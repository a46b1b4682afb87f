package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.tenancy.catalog.Column;
import java.util.ArrayList;
import java.util.List;

/** Rows on their way into one statement. */
final class Batch {

    static final int ROWS = 1_000;
    static final int BYTES = 1_048_576;

    private final ByteText json = new ByteText(64 * 1_024);
    private final List<Rows> full = new ArrayList<>();
    private int rows;

    /** Returns where the next row, a JSON object, is to be written. */
    ByteText row() {
        json.add(rows++ == 0 ? '[' : ',');
        return json;
    }

    /** Closes the batch if it is full. */
    void rowEnded(List<Column> columns) {
        if (rows >= ROWS || json.length() >= BYTES) {
            close(columns);
        }
    }

    void close(List<Column> columns) {
        if (rows > 0) {
            json.add(']');
            full.add(new Rows(List.copyOf(columns), json.toString(), rows));
            json.clear();
            rows = 0;
        }
    }

    /** Returns the batches closed since the last call. */
    List<Rows> take() {
        var taken = List.copyOf(full);
        full.clear();
        return taken;
    }
}
