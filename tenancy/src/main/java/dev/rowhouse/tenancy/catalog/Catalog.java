package dev.rowhouse.tenancy.catalog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Relations and routines of one blueprint version, by name. Names no schema. */
public record Catalog(Map<String, Relation> relations, Map<String, List<Routine>> routines) {

    public Catalog {
        relations = Map.copyOf(relations);
        routines = Map.copyOf(routines);
    }

    public @Nullable Relation relation(String name) {
        return relations.get(name);
    }

    /** Returns the ways from the rows of the relation to related rows. */
    public List<Relationship> relationships(String relation) {
        return Relationships.of(relation, this);
    }

    /** Returns the function that computes the field {@code name} from a row of the relation, or null. */
    public @Nullable Routine computedField(String relation, String name) {
        return Relationships.computedField(relation, name, this);
    }
}
