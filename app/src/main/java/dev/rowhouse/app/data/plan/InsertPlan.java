package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where rows go.
 *
 * @param columns that the client named; empty when the body's own members count
 * @param returning what to answer of the changed rows; null for nothing
 */
public record InsertPlan(
        Relation relation, List<Column> columns, @Nullable RowsPlan returning) {}
