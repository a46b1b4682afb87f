package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.Rows;
import java.util.List;

/** Turns a stream of rows into batches for {@code INSERT}, each at most {@value Batch#ROWS} rows or some {@value Batch#BYTES} bytes. */
public sealed interface BatchStream permits NdjsonBatches, CsvBatches {

    /** One JSON object per line; all have the members of the first. */
    static BatchStream ndjson(InsertPlan plan) {
        BodyErrors.requireNoNamedColumns(plan);
        return new NdjsonBatches(plan.relation());
    }

    /** CSV whose first record names the columns. */
    static BatchStream csv(InsertPlan plan) {
        BodyErrors.requireNoNamedColumns(plan);
        return new CsvBatches(plan.relation());
    }

    /** Takes the next bytes and returns the batches that are full, possibly none. */
    List<Rows> feed(byte[] bytes);

    /** Returns the last, partly filled batch, if there is one. */
    List<Rows> finish();
}
