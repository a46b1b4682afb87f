package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Relation;
import org.jspecify.annotations.Nullable;

/**
 * Which rows an update or a deletion changes.
 *
 * @param returning what to answer of the changed rows; null for nothing
 */
public record ChangePlan(
        Relation relation, Condition condition, @Nullable RowsPlan returning) {}
