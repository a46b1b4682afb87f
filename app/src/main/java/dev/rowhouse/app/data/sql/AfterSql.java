package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Expression;
import dev.rowhouse.app.data.plan.Sort;
import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the condition that a row comes behind another.
 *
 * <p>Columns that are never null and run in one direction are compared as rows, for which PostgreSQL goes down an index. For
 * others each term counts where the terms before it agree.
 */
final class AfterSql {

    private final List<Sort> order;
    private final List<@Nullable String> values;
    private final Scope row;
    private final SqlText text;

    private AfterSql(List<Sort> order, List<@Nullable String> values, Scope row, SqlText text) {
        this.order = order;
        this.values = values;
        this.row = row;
        this.text = text;
    }

    static void write(List<Sort> order, List<@Nullable String> values, Scope row, SqlText text) {
        var after = new AfterSql(order, values, row, text);
        if (after.isRow()) {
            after.row();
        } else {
            after.terms();
        }
    }

    private boolean isRow() {
        boolean descending = isDescending(order.getFirst());
        for (int i = 0; i < order.size(); i++) {
            var sort = order.get(i);
            if (isNullable(sort) || values.get(i) == null || isDescending(sort) != descending) {
                return false;
            }
        }
        return true;
    }

    private void row() {
        text.words("(");
        for (int i = 0; i < order.size(); i++) {
            value(i, text.separated(i, ", "));
        }
        text.words(isDescending(order.getFirst()) ? ") < (" : ") > (");
        for (int i = 0; i < order.size(); i++) {
            bound(i, text.separated(i, ", "));
        }
        text.words(")");
    }

    private void terms() {
        text.words("(");
        for (int last = 0; last < order.size(); last++) {
            text.separated(last, " OR ").words("(");
            for (int i = 0; i < last; i++) {
                same(i);
                text.words(" AND ");
            }
            behind(last);
            text.words(")");
        }
        text.words(")");
    }

    private void same(int i) {
        value(i, text);
        if (values.get(i) == null) {
            text.words(" IS NULL");
        } else {
            bound(i, text.words(" = "));
        }
    }

    private void behind(int i) {
        var sort = order.get(i);
        boolean nullsLast = sort.nulls() == null ? !isDescending(sort) : sort.nulls() == Nulls.LAST;
        if (values.get(i) == null) {
            if (nullsLast) {
                text.words("false");
            } else {
                value(i, text);
                text.words(" IS NOT NULL");
            }
            return;
        }
        text.words("(");
        value(i, text);
        bound(i, text.words(isDescending(sort) ? " < " : " > "));
        if (nullsLast && isNullable(sort)) {
            value(i, text.words(" OR "));
            text.words(" IS NULL");
        }
        text.words(")");
    }

    private void value(int i, SqlText target) {
        ExpressionSql.write(order.get(i).value(), row, target);
    }

    private void bound(int i, SqlText target) {
        target.stored(
                Objects.requireNonNull(values.get(i)), order.get(i).value().type());
    }

    private static boolean isDescending(Sort sort) {
        return sort.direction() == Direction.DESC;
    }

    private static boolean isNullable(Sort sort) {
        return !(sort.value() instanceof Expression.Field(var column)) || column.nullable();
    }
}
