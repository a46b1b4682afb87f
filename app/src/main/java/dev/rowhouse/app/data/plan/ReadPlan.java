package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.tenancy.catalog.Relation;

/**
 * What to read.
 *
 * @param rows with a limit, but for an export
 * @param count how the total, regardless of the page, is found
 * @param callerIndependent whether the answer cannot depend on who asks
 */
public record ReadPlan(RowsPlan rows, Count count, boolean callerIndependent) {

    /** Returns what the answer depends on. */
    public Footprint footprint() {
        return Footprint.of(rows);
    }

    public Page page() {
        return rows.page();
    }

    /** Says whether every row is read, however many there are. */
    public boolean isExport() {
        return page().equals(Page.ALL);
    }

    /**
     * Says whether the answer is the rows of one table in no order, none left out and nothing related beside them: then they
     * may be read as they lie, some blocks of the table at a time.
     */
    public boolean isInParts() {
        return isExport()
                && !counted()
                && !rows.grouped()
                && rows.condition().equals(Condition.NONE)
                && rows.order().isEmpty()
                && rows.source() instanceof Source.Table(var relation)
                && relation.kind() == Relation.Kind.TABLE
                && rows.outputs().stream().allMatch(output -> output instanceof Output.Value);
    }

    /** Says whether the statement tells a total in its head. */
    public boolean counted() {
        return switch (count) {
            case EXACT, ESTIMATED -> true;
            case NONE, PLANNED -> false;
        };
    }
}
