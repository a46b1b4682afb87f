package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where rows go.
 *
 * @param columns that the client named; empty when the body's own members count
 * @param missingDefault whether a named column that a row lacks takes its default, and not null
 * @param conflict what becomes of a row of which the key exists already; null for an error
 * @param condition on the rows of the body: the others are left out
 * @param returning what to answer of the changed rows; null for nothing
 * @param plain whether the write runs no code of the tenant and no row-level policy applies to the caller
 */
public record InsertPlan(
        Relation relation,
        List<Column> columns,
        boolean missingDefault,
        @Nullable Conflict conflict,
        Condition condition,
        @Nullable RowsPlan returning,
        boolean plain) {

    /**
     * Rows that exist already.
     *
     * @param key the columns by which they are found
     * @param merge whether they take the values of the body, and are not left alone
     */
    public record Conflict(List<Column> key, boolean merge) {}
}
