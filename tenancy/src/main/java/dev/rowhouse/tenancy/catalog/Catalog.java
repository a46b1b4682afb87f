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
}
