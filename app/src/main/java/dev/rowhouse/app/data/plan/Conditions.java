package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.ArrayList;
import java.util.List;

/** Turns filters into conditions on the columns of one relation. */
final class Conditions {

    private static final String WHERE = "a filter";

    private final Relation relation;

    private Conditions(Relation relation) {
        this.relation = relation;
    }

    static Condition of(List<Filter> filters, Relation relation) {
        if (filters.isEmpty()) {
            return Condition.NONE;
        }
        var conditions = new Conditions(relation);
        return filters.size() == 1 ? conditions.condition(filters.getFirst()) : conditions.allOf(filters);
    }

    private Condition condition(Filter filter) {
        return switch (filter) {
            case Filter.Comparison(var operand, var comparator, var value) -> compare(operand, comparator, value);
            case Filter.In(var operand, var values) -> oneOf(operand, values);
            case Filter.Is(var operand, var truth) -> is(operand, truth);
            case Filter.Quantified _, Filter.TextSearch _ -> throw Names.unsupported("this operator");
            case Filter.Not(var negated) -> new Condition.Not(condition(negated));
            case Filter.And(var members) -> allOf(members);
            case Filter.Or(var members) -> new Condition.AnyOf(conditions(members));
        };
    }

    private Condition allOf(List<Filter> filters) {
        return new Condition.AllOf(conditions(filters));
    }

    private List<Condition> conditions(List<Filter> filters) {
        var conditions = new ArrayList<Condition>(filters.size());
        for (var filter : filters) {
            conditions.add(condition(filter));
        }
        return conditions;
    }

    private Condition compare(Operand operand, Comparator comparator, String value) {
        var column = Names.column(operand, relation, WHERE);
        return switch (comparator) {
            case EQ, NEQ, GT, GTE, LT, LTE -> new Condition.Compare(column, comparator, value);
            case LIKE, ILIKE -> {
                requireText(column);
                yield new Condition.Compare(column, comparator, value.replace('*', '%'));
            }
            case MATCH, IMATCH, ISDISTINCT, CS, CD, OV, SL, SR, NXR, NXL, ADJ ->
                throw Names.unsupported("this operator");
        };
    }

    private Condition oneOf(Operand operand, List<String> values) {
        var column = Names.column(operand, relation, WHERE);
        if (column.type().array()) {
            throw unfit("in", column, "a column that is no array");
        }
        return new Condition.OneOf(column, values);
    }

    private Condition is(Operand operand, Truth truth) {
        var column = Names.column(operand, relation, WHERE);
        return switch (truth) {
            case NULL, NOT_NULL -> new Condition.Is(column, truth);
            case TRUE, FALSE, UNKNOWN -> {
                if (column.type().array() || column.type().category() != Category.BOOLEAN) {
                    throw unfit("is", column, "a boolean column, or null or not_null");
                }
                yield new Condition.Is(column, truth);
            }
        };
    }

    private static void requireText(Column column) {
        var type = column.type();
        boolean text = switch (type.category()) {
            case TEXT, OTHER -> true;
            case BOOLEAN, INTEGER, NUMBER, TEMPORAL, UUID, BINARY, JSON, ENUM, COMPOSITE, RANGE -> false;
        };
        if (type.array() || !text) {
            throw unfit("like", column, "a text column");
        }
    }

    // 42883: what PostgreSQL says of an operator that does not exist for a type, and the dialect passes on.
    private static QueryError unfit(String operator, Column column, String needed) {
        return QueryError.malformed(
                "42883",
                "'" + operator + "' does not fit column '" + column.name() + "' of type "
                        + column.type().display(),
                "needs " + needed);
    }
}
