package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Relationship;

/**
 * Which related rows, and what of each.
 *
 * @param name in the answer and in the parameters that speak of it
 * @param relationship how they are related to the row they are embedded in
 * @param single whether there is one related row at most by what the catalog knows; else the first of them counts
 */
public record EmbeddedPlan(String name, Relationship relationship, boolean single, RowsPlan rows) {

    /** Says whether a row has one related row or an array of them. */
    public boolean isToOne() {
        return relationship.cardinality().isToOne();
    }
}
