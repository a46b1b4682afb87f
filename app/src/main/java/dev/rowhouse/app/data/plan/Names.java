package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;

/** Looks names up, or says what may have been meant. */
final class Names {

    private Names() {}

    static Relation relation(String name, Catalog catalog) {
        var relation = catalog.relation(name);
        if (relation == null) {
            throw new QueryError(
                    QueryError.Kind.NOT_FOUND,
                    "PGRST205",
                    "there is no relation '" + name + "'",
                    null,
                    NearNames.hint(name, catalog.relations().keySet()));
        }
        return relation;
    }

    /** @param where the parameter that names the operand */
    static Column column(Operand operand, Relation relation, String where) {
        if (!operand.path().isEmpty()) {
            throw unsupported("a path into a value");
        }
        return column(operand.column(), relation, where);
    }

    static QueryError unsupported(String what) {
        return QueryError.malformed("PGRST100", what + " is not supported", null);
    }

    private static Column column(String name, Relation relation, String where) {
        var column = relation.column(name);
        if (column == null) {
            throw new QueryError(
                    QueryError.Kind.MALFORMED,
                    "42703",
                    "column '" + name + "' does not exist in '" + relation.name() + "'",
                    "named by " + where,
                    NearNames.hint(name, relation.columnNames()));
        }
        return column;
    }
}
