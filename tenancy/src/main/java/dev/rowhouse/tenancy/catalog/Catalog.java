package dev.rowhouse.tenancy.catalog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Relations and routines of one blueprint version, by name; with a tenant's own columns, if it has any. Names no schema.
 *
 * <p>How they are related is worked out once, when the catalog is made, and is no part of what is stored of it.
 */
public final class Catalog {

    private final Map<String, Relation> relations;
    private final Map<String, List<Routine>> routines;
    private final List<MediaHandler> mediaHandlers;
    private final Relationships related;

    public Catalog(Map<String, Relation> relations, Map<String, List<Routine>> routines) {
        this(relations, routines, List.of());
    }

    @JsonCreator
    public Catalog(
            @JsonProperty("relations") Map<String, Relation> relations,
            @JsonProperty("routines") Map<String, List<Routine>> routines,
            @JsonProperty("mediaHandlers") List<MediaHandler> mediaHandlers) {
        this(relations, routines, mediaHandlers, Relationships.among(relations, routines));
    }

    private Catalog(
            Map<String, Relation> relations,
            Map<String, List<Routine>> routines,
            List<MediaHandler> mediaHandlers,
            Relationships related) {
        this.relations = Map.copyOf(relations);
        this.routines = Map.copyOf(routines);
        this.mediaHandlers = List.copyOf(mediaHandlers);
        this.related = related;
    }

    /** Returns this catalog with a tenant's own columns. They relate nothing, so that is shared; so is all they leave alone. */
    public Catalog with(List<CustomField> fields) {
        if (fields.isEmpty()) {
            return this;
        }
        var extended = new HashMap<>(relations);
        for (var field : fields) {
            extended.computeIfPresent(field.relation(), (_, relation) -> relation.with(field.column()));
        }
        return new Catalog(extended, routines, mediaHandlers, related);
    }

    @JsonProperty
    public Map<String, Relation> relations() {
        return relations;
    }

    @JsonProperty
    public Map<String, List<Routine>> routines() {
        return routines;
    }

    /** Returns the aggregates that turn rows into a media type of their own. */
    @JsonProperty
    public List<MediaHandler> mediaHandlers() {
        return mediaHandlers;
    }

    public @Nullable Relation relation(String name) {
        return relations.get(name);
    }

    /**
     * Returns the ways from the rows of the relation to related rows, in the order of their targets.
     *
     * <p>A function of the blueprint replaces the keys that lead to a relation of the function's own name.
     */
    public List<Relationship> relationships(String relation) {
        return related.from(relation);
    }

    /** Returns the function that computes the field {@code name} from a row of the relation, or null. */
    public @Nullable Routine computedField(String relation, String name) {
        return related.fieldsOf(relation).get(name);
    }

    /** Returns the functions that compute a field from a row of the relation, by name. */
    public Map<String, Routine> computedFields(String relation) {
        return related.fieldsOf(relation);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Catalog catalog
                && relations.equals(catalog.relations)
                && routines.equals(catalog.routines)
                && mediaHandlers.equals(catalog.mediaHandlers);
    }

    @Override
    public int hashCode() {
        return relations.hashCode() * 31 + routines.hashCode();
    }

    @Override
    public String toString() {
        return "Catalog" + relations.keySet() + routines.keySet();
    }
}
