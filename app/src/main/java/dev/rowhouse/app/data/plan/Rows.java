package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Column;
import java.util.List;

/**
 * Values to write.
 *
 * @param columns that get a value
 * @param json for an insert an array of objects, for an update one object
 * @param size how many objects there are
 * @param uneven the objects one by one, if columns that one lacks and another has take their default; else empty
 */
public record Rows(List<Column> columns, String json, long size, List<Row> uneven) {

    /**
     * One object.
     *
     * @param columns that it has
     */
    public record Row(List<Column> columns, String json) {}

    /** Rows that all have the columns, or null for what they lack. */
    public Rows(List<Column> columns, String json, long size) {
        this(columns, json, size, List.of());
    }
}
