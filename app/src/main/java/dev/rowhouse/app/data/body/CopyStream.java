package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.sql.CopyFormat;
import dev.rowhouse.tenancy.catalog.Column;
import java.util.List;

/**
 * Turns a stream of rows into what {@code COPY … FROM STDIN} takes.
 *
 * <p>The columns are known once {@link #feed} has returned its first byte; the statement is written then.
 */
public sealed interface CopyStream permits NdjsonCopy, CsvCopy {

    /** One JSON object per line; all have the members of the first. */
    static CopyStream ndjson(InsertPlan plan) {
        BodyErrors.requireNoNamedColumns(plan);
        return new NdjsonCopy(plan.relation());
    }

    /** CSV whose first record names the columns; the others pass through as they are. */
    static CopyStream csv(InsertPlan plan) {
        BodyErrors.requireNoNamedColumns(plan);
        return new CsvCopy(plan.relation());
    }

    /** Takes the next bytes and returns what is ready for COPY, possibly nothing. */
    byte[] feed(byte[] bytes);

    /** Returns what was left to do when the stream ends. */
    byte[] finish();

    /** Returns the columns that get a value; empty as long as they are not known. */
    List<Column> columns();

    CopyFormat format();
}
