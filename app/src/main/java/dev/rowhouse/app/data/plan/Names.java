package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Relation;

/** Looks relations up, or says what may have been meant. */
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
}
