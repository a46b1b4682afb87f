package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Column;
import java.util.List;

/**
 * Values to write.
 *
 * @param columns that get a value
 * @param json for an insert an array of objects, for an update one object
 */
public record Rows(List<Column> columns, String json) {}
