package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which rows an update or a deletion changes.
 *
 * @param columns that the client named for an update; empty when the body's own members count
 * @param missingDefault whether a named column that the body lacks takes its default, and not null
 * @param returning what to answer of the changed rows; null for nothing
 * @param plain whether the write runs no code of the tenant and no row-level policy applies to the caller
 */
public record ChangePlan(
        Relation relation,
        Condition condition,
        List<Column> columns,
        boolean missingDefault,
        @Nullable RowsPlan returning,
        boolean plain) {

    /** Says whether the condition names one row by its primary key. */
    public boolean isOfOneRow() {
        var members = condition instanceof Condition.AllOf(var all) ? all : List.of(condition);
        var named = members.stream().flatMap(ChangePlan::equated).collect(Collectors.toSet());
        return !relation.primaryKey().isEmpty() && named.containsAll(relation.primaryKey());
    }

    private static Stream<String> equated(Condition condition) {
        return condition instanceof Condition.Compare(Expression.Field(var column), var comparator, var _)
                        && comparator == Comparator.EQ
                ? Stream.of(column.name())
                : Stream.empty();
    }
}
