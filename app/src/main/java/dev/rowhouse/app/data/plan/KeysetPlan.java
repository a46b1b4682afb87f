package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A page that begins behind a row.
 *
 * @param read all rows, in an order that the primary key completes so that no two rows stand at one place
 * @param page the part of them that is asked for
 */
public record KeysetPlan(ReadPlan read, RowsPlan page) {

    /** Returns what a row's place is told by. */
    public List<Sort> order() {
        return read.rows().order();
    }

    static KeysetPlan of(ReadPlan read, @Nullable List<@Nullable String> after) {
        var rows = complete(read.rows());
        var all = new ReadPlan(rows, read.count(), read.callerIndependent());
        if (after == null) {
            return new KeysetPlan(all, rows);
        }
        if (after.size() != rows.order().size()) {
            throw QueryError.malformed("PGRST100", "the cursor is of another order", "parameter 'after'");
        }
        var behind = new Condition.After(rows.order(), after);
        var condition = rows.condition().equals(Condition.NONE)
                ? behind
                : new Condition.AllOf(List.of(rows.condition(), behind));
        return new KeysetPlan(
                all, new RowsPlan(rows.source(), rows.outputs(), condition, rows.order(), rows.page(), false));
    }

    private static RowsPlan complete(RowsPlan rows) {
        var relation = rows.source().relation();
        if (rows.grouped() || relation.primaryKey().isEmpty()) {
            throw QueryError.malformed(
                    "PGRST100",
                    "cursors need rows that a key tells apart",
                    rows.grouped() ? "groups have no key" : "'" + relation.name() + "' has no primary key");
        }
        var order = new ArrayList<>(rows.order());
        Set<Expression> values = order.stream().map(Sort::value).collect(Collectors.toSet());
        for (var name : relation.primaryKey()) {
            var column = relation.column(name);
            if (column != null && values.add(new Expression.Field(column))) {
                order.add(new Sort(
                        new Expression.Field(column),
                        order.isEmpty() ? null : order.getLast().direction(),
                        null));
            }
        }
        return new RowsPlan(rows.source(), rows.outputs(), rows.condition(), order, rows.page(), false);
    }
}
