package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.Relationship.Cardinality;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds how relations are related. */
final class Relationships {

    private Relationships() {}

    static List<Relationship> of(String name, Catalog catalog) {
        var found = new ArrayList<Relationship>();
        var source = catalog.relation(name);
        if (source == null) {
            return found;
        }
        for (var key : source.foreignKeys()) {
            found.add(new Relationship(
                    name,
                    key.referencedRelation(),
                    Cardinality.MANY_TO_ONE,
                    new Link.Key(key.name(), key.columns(), key.referencedColumns())));
        }
        for (var other : catalog.relations().values()) {
            for (var key : other.foreignKeys()) {
                if (key.referencedRelation().equals(name)) {
                    found.add(new Relationship(
                            name,
                            other.name(),
                            Cardinality.ONE_TO_MANY,
                            new Link.Key(key.name(), key.referencedColumns(), key.columns())));
                }
            }
        }
        return found;
    }

    static @Nullable Routine computedField(String relation, String name, Catalog catalog) {
        for (var routine : catalog.routines().getOrDefault(name, List.of())) {
            var arguments = routine.arguments();
            if (!routine.returnsSet() && arguments.size() == 1) {
                var type = arguments.getFirst().type();
                if (type.origin() == Origin.HOUSE
                        && type.category() == Category.COMPOSITE
                        && type.name().equals(relation)) {
                    return routine;
                }
            }
        }
        return null;
    }
}
