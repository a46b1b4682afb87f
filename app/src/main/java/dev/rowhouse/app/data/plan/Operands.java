package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.Relation;
import org.jspecify.annotations.Nullable;

/** Turns operands into expressions on the rows of one relation. */
final class Operands {

    private final Relation relation;
    private final Catalog catalog;

    Operands(Relation relation, Catalog catalog) {
        this.relation = relation;
        this.catalog = catalog;
    }

    Relation relation() {
        return relation;
    }

    /**
     * Returns what the operand shows.
     *
     * @param where the parameter that names the operand
     */
    Expression shown(Operand operand, String where) {
        var base = require(operand.column(), where);
        return operand.path().isEmpty() ? base : new Expression.Inside(base, !isJson(base.type()), operand.path());
    }

    /** Returns the value as it travels: as its domain's representation has it, or as it is. */
    static Expression represented(Expression value) {
        var representation = value.type().representation();
        var read = representation == null || value.type().array() ? null : representation.read();
        return read == null ? value : new Expression.Represented(value, read);
    }

    /** Returns what the operand is compared and ordered by, which {@code json} cannot be. */
    Expression compared(Operand operand, String where) {
        var base = require(operand.column(), where);
        boolean jsonb = isNamed("jsonb", base.type());
        if (!operand.path().isEmpty()) {
            return new Expression.Inside(base, !jsonb, operand.path());
        }
        return isNamed("json", base.type()) ? new Expression.Json(base) : base;
    }

    private Expression require(String name, String where) {
        var base = base(name);
        if (base == null) {
            throw new QueryError(
                    QueryError.Kind.MALFORMED,
                    "42703",
                    "column '" + name + "' does not exist in '" + relation.name() + "'",
                    "named by " + where,
                    NearNames.hint(name, relation.columnNames()));
        }
        return base;
    }

    /** Returns the column or computed field of that name, or null. */
    @Nullable
    Expression base(String name) {
        var column = relation.column(name);
        if (column != null) {
            return new Expression.Field(column);
        }
        var routine = catalog.computedField(relation.name(), name);
        return routine == null ? null : new Expression.Computed(routine.name(), routine.returns());
    }

    private static boolean isJson(ColumnType type) {
        return isNamed("json", type) || isNamed("jsonb", type);
    }

    private static boolean isNamed(String name, ColumnType type) {
        return type.origin() == Origin.SYSTEM && !type.array() && type.name().equals(name);
    }
}
