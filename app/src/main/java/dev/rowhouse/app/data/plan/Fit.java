package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import java.util.Locale;

/** Knows which operators fit which types, as far as that shows before PostgreSQL is asked. */
final class Fit {

    private Fit() {}

    /** Returns the operand, if the comparator fits it. */
    static Expression compared(Expression operand, String name, Comparator comparator, boolean each) {
        var type = operand.type();
        var operator = comparator.name().toLowerCase(Locale.ROOT);
        boolean fits = switch (comparator) {
            case EQ, NEQ, GT, GTE, LT, LTE, ISDISTINCT -> true;
            case LIKE, ILIKE, MATCH, IMATCH -> isText(type);
            case CS, CD -> type.array() || isJson(type) || isSet(type);
            case OV -> type.array() || isSet(type);
            case SL, SR, NXR, NXL, ADJ -> !type.array() && isSet(type);
        };
        if (!fits) {
            throw unfit(operator, name, type, needed(comparator));
        }
        if (each && type.array()) {
            throw unfit(operator + "(any) or " + operator + "(all)", name, type, "a column that is no array");
        }
        return operand;
    }

    static Expression in(Expression operand, String name) {
        if (operand.type().array()) {
            throw unfit("in", name, operand.type(), "a column that is no array");
        }
        return operand;
    }

    static Expression is(Expression operand, String name, Truth truth) {
        var type = operand.type();
        return switch (truth) {
            case NULL, NOT_NULL -> operand;
            case TRUE, FALSE, UNKNOWN -> {
                if (type.array() || type.category() != Category.BOOLEAN) {
                    throw unfit("is", name, type, "a boolean column, or null or not_null");
                }
                yield operand;
            }
        };
    }

    /** Says whether the operand of a text search is a {@code tsvector}; what is neither that nor text is refused. */
    static boolean isVector(Expression operand, String name) {
        var type = operand.type();
        if (!type.array() && type.name().equals("tsvector")) {
            return true;
        }
        if (!isText(type) && !isJson(type)) {
            throw unfit("fts", name, type, "a text, json or tsvector column");
        }
        return false;
    }

    private static String needed(Comparator comparator) {
        return switch (comparator) {
            case LIKE, ILIKE, MATCH, IMATCH -> "a text column";
            case CS, CD -> "an array, range or jsonb column";
            case OV -> "an array or range column";
            case SL, SR, NXR, NXL, ADJ -> "a range column";
            case EQ, NEQ, GT, GTE, LT, LTE, ISDISTINCT -> "a column that can be compared";
        };
    }

    private static boolean isText(ColumnType type) {
        return !type.array()
                && switch (type.category()) {
                    case TEXT, OTHER -> true;
                    case BOOLEAN, INTEGER, NUMBER, TEMPORAL, UUID, BINARY, JSON, ENUM, COMPOSITE, RANGE -> false;
                };
    }

    private static boolean isSet(ColumnType type) {
        return switch (type.category()) {
            case RANGE, OTHER -> true;
            case BOOLEAN, INTEGER, NUMBER, TEXT, TEMPORAL, UUID, BINARY, JSON, ENUM, COMPOSITE -> false;
        };
    }

    private static boolean isJson(ColumnType type) {
        return !type.array() && type.category() == Category.JSON;
    }

    // 42883: what PostgreSQL says of an operator that does not exist for a type, and the dialect passes on.
    private static QueryError unfit(String operator, String name, ColumnType type, String needed) {
        return QueryError.malformed(
                "42883",
                "'" + operator + "' does not fit column '" + name + "' of type " + type.display(),
                "needs " + needed);
    }
}
