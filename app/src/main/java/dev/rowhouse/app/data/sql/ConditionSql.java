package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.tenancy.catalog.Column;
import java.util.List;

/** Writes conditions on the columns of the row source {@value #ROW}. */
final class ConditionSql {

    static final String ROW = "t";

    private ConditionSql() {}

    /** Adds {@code WHERE …} if there is a condition. */
    static void where(Condition condition, SqlText text) {
        if (!condition.equals(Condition.NONE)) {
            write(condition, text.words(" WHERE "));
        }
    }

    private static void write(Condition condition, SqlText text) {
        switch (condition) {
            case Condition.Compare(var column, var comparator, var value) -> compare(column, comparator, value, text);
            case Condition.OneOf(var column, var values) ->
                text.column(ROW, column)
                        .words(" = ANY (")
                        .values(values, column.type())
                        .words(")");
            case Condition.Is(var column, var truth) -> text.column(ROW, column).words(words(truth));
            case Condition.Not(var negated) -> {
                write(negated, text.words("NOT ("));
                text.words(")");
            }
            case Condition.AllOf(var conditions) -> joined(conditions, " AND ", text);
            case Condition.AnyOf(var conditions) -> joined(conditions, " OR ", text);
        }
    }

    private static void joined(List<Condition> conditions, String by, SqlText text) {
        text.words("(");
        for (int i = 0; i < conditions.size(); i++) {
            write(conditions.get(i), text.separated(i, by));
        }
        text.words(")");
    }

    private static void compare(Column column, Comparator comparator, String value, SqlText text) {
        text.column(ROW, column).words(words(comparator));
        switch (comparator) {
            case EQ, NEQ, GT, GTE, LT, LTE -> text.value(value, column.type());
            default -> text.value(value, "text");
        }
    }

    private static String words(Comparator comparator) {
        return switch (comparator) {
            case EQ -> " = ";
            case NEQ -> " <> ";
            case GT -> " > ";
            case GTE -> " >= ";
            case LT -> " < ";
            case LTE -> " <= ";
            case LIKE -> " LIKE ";
            case ILIKE -> " ILIKE ";
            case MATCH -> " ~ ";
            case IMATCH -> " ~* ";
            case ISDISTINCT -> " IS DISTINCT FROM ";
            case CS -> " @> ";
            case CD -> " <@ ";
            case OV -> " && ";
            case SL -> " << ";
            case SR -> " >> ";
            case NXR -> " &< ";
            case NXL -> " &> ";
            case ADJ -> " -|- ";
        };
    }

    private static String words(Truth truth) {
        return switch (truth) {
            case NULL -> " IS NULL";
            case NOT_NULL -> " IS NOT NULL";
            case TRUE -> " IS TRUE";
            case FALSE -> " IS FALSE";
            case UNKNOWN -> " IS UNKNOWN";
        };
    }
}
