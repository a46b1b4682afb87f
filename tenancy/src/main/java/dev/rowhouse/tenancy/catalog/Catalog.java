package dev.rowhouse.tenancy.catalog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
    private final Map<String, CacheRule> cacheRules;
    private final Map<String, HttpRule> httpRules;
    private final Map<String, Set<String>> reached;

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
        this.cacheRules = rules(CacheRule::of);
        this.httpRules = rules(HttpRule::of);
        this.reached = cacheRules.isEmpty() ? Map.of() : KeyReach.among(relations.values());
    }

    private <T> Map<String, T> rules(Function<@Nullable String, @Nullable T> read) {
        var rules = new HashMap<String, T>();
        for (var relation : relations.values()) {
            var rule = relation.kind() == Relation.Kind.TABLE ? read.apply(relation.comment()) : null;
            if (rule != null) {
                rules.put(relation.name(), rule);
            }
        }
        return Map.copyOf(rules);
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

    /** Returns how answers about the table may be kept; null where they may not. */
    public @Nullable CacheRule cacheRule(String relation) {
        return cacheRules.get(relation);
    }

    /** Returns how long receivers may show the table's rows again; null where they may not. */
    public @Nullable HttpRule httpRule(String relation) {
        return httpRules.get(relation);
    }

    /**
     * Returns the tables whose rows a write of the table can change if no code of the blueprint runs for it: its own, and
     * where foreign keys carry a change on to. Null where that is not known, as nobody needs it.
     */
    public @Nullable Set<String> reachedBy(String relation) {
        return reached.get(relation);
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
