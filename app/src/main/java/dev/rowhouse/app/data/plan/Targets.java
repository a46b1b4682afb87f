package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;

/** Finds the columns a client writes to. */
public final class Targets {

    private Targets() {}

    /**
     * Returns the column, or refuses a name that the relation does not have or a column that computes itself.
     *
     * @param where who names it, for the message
     */
    public static Column writable(String name, Relation relation, String where) {
        var column = relation.column(name);
        if (column == null) {
            throw new QueryError(
                    QueryError.Kind.MALFORMED,
                    "PGRST204",
                    "column '" + name + "' does not exist in '" + relation.name() + "'",
                    where,
                    NearNames.hint(name, relation.columnNames()));
        }
        if (!column.isWritable()) {
            throw QueryError.malformed("428C9", "column '" + name + "' computes its own value", where);
        }
        return column;
    }
}
