package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;

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

    /** Says whether one row at most is found, by the primary key of its table, and shown without anything to compute. */
    public boolean isByKey() {
        return callerIndependent
                && count == Count.NONE
                && !rows.grouped()
                && rows.source() instanceof Source.Table(var relation)
                && relation.kind() == Relation.Kind.TABLE
                && isKey(relation.primaryKey(), rows.condition())
                && rows.outputs().stream().allMatch(ReadPlan::isColumn)
                && rows.order().stream().allMatch(sort -> sort.value() instanceof Expression.Field);
    }

    private static boolean isColumn(Output output) {
        return output instanceof Output.Value(Expression.Field _, var _);
    }

    // Every part of the key equals one value, and nothing else is asked.
    private static boolean isKey(List<String> key, Condition condition) {
        if (condition instanceof Condition.AllOf(var members)) {
            return !key.isEmpty()
                    && members.size() == key.size()
                    && key.stream().allMatch(part -> members.stream().anyMatch(member -> equals(part, member)));
        }
        return key.size() == 1 && equals(key.getFirst(), condition);
    }

    private static boolean equals(String name, Condition condition) {
        return condition instanceof Condition.Compare(Expression.Field(var column), var comparator, var _)
                && comparator == Comparator.EQ
                && column.name().equals(name);
    }

    /** Says whether the statement tells a total in its head. */
    public boolean counted() {
        return switch (count) {
            case EXACT, ESTIMATED -> true;
            case NONE, PLANNED -> false;
        };
    }
}
