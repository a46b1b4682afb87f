package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.LinkedHashSet;
import java.util.List;

/** Finds the columns a client writes to. */
public final class Targets {

    private Targets() {}

    /**
     * Returns the column, or refuses a name that the relation does not have or a column that computes itself.
     *
     * @param where who names it, for the message
     */
    public static Column writable(String name, Relation relation, String where) {
        var column = existing(name, relation, where);
        if (!column.isWritable()) {
            throw QueryError.malformed("428C9", "column '" + name + "' computes its own value", where);
        }
        return column;
    }

    private static Column existing(String name, Relation relation, String where) {
        var column = relation.column(name);
        if (column == null) {
            throw new QueryError(
                    QueryError.Kind.MALFORMED,
                    "PGRST204",
                    "column '" + name + "' does not exist in '" + relation.name() + "'",
                    where,
                    NearNames.hint(name, relation.columnNames()));
        }
        return column;
    }

    /**
     * Returns the columns, each once.
     *
     * @param orDefault whether a column that computes its own value may be named too: a row that lacks it takes its default
     */
    static List<Column> named(List<String> names, Relation relation, boolean orDefault, String where) {
        var columns = new LinkedHashSet<Column>(names.size() * 2);
        for (var name : names) {
            columns.add(orDefault ? existing(name, relation, where) : writable(name, relation, where));
        }
        return List.copyOf(columns);
    }

    /** Returns the columns of a key. */
    static List<Column> key(List<String> names, Relation relation) {
        var columns = new LinkedHashSet<Column>(names.size() * 2);
        for (var name : names) {
            columns.add(existing(name, relation, "named as part of a key"));
        }
        return List.copyOf(columns);
    }
}
