package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.Relation.ForeignKey;
import dev.rowhouse.tenancy.catalog.Relationship.Cardinality;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds how relations are related, and what fields functions compute from their rows. */
final class Relationships {

    private static final Comparator<Relationship> ORDER =
            Comparator.comparing(Relationship::target).thenComparing(related -> String.valueOf(related.link()));

    private final Map<String, List<Relationship>> bySource;
    private final Map<String, Map<String, Routine>> fields;

    private Relationships(Map<String, List<Relationship>> bySource, Map<String, Map<String, Routine>> fields) {
        this.bySource = bySource;
        this.fields = fields;
    }

    static Relationships among(Map<String, Relation> relations, Map<String, List<Routine>> routines) {
        var ofRows = new TreeMap<String, Map<String, Routine>>();
        for (var overloads : routines.values()) {
            for (var routine : overloads) {
                var relation = rowsOf(routine, relations);
                if (relation != null) {
                    ofRows.computeIfAbsent(relation, _ -> new TreeMap<>()).put(routine.name(), routine);
                }
            }
        }
        var found = new TreeMap<String, List<Relationship>>();
        for (var detected : detected(relations)) {
            var replacement = ofRows.getOrDefault(detected.source(), Map.of()).get(detected.target());
            if (replacement == null || !leadsTo(replacement, relations)) {
                found.computeIfAbsent(detected.source(), _ -> new ArrayList<>()).add(detected);
            }
        }
        var fields = new HashMap<String, Map<String, Routine>>();
        ofRows.forEach((relation, functions) -> {
            for (var function : functions.values()) {
                if (leadsTo(function, relations)) {
                    found.computeIfAbsent(relation, _ -> new ArrayList<>()).add(computed(relation, function));
                }
            }
            fields.put(
                    relation,
                    functions.values().stream()
                            .filter(function -> !function.returnsSet())
                            .collect(Collectors.toUnmodifiableMap(Routine::name, function -> function)));
        });
        found.replaceAll((_, related) -> related.stream().sorted(ORDER).toList());
        return new Relationships(Map.copyOf(found), Map.copyOf(fields));
    }

    List<Relationship> from(String relation) {
        return bySource.getOrDefault(relation, List.of());
    }

    Map<String, Routine> fieldsOf(String relation) {
        return fields.getOrDefault(relation, Map.of());
    }

    private static @Nullable String rowsOf(Routine routine, Map<String, Relation> relations) {
        var input = routine.onlyInput();
        return input != null
                        && input.origin() == Origin.HOUSE
                        && input.category() == Category.COMPOSITE
                        && !input.array()
                        && relations.containsKey(input.name())
                ? input.name()
                : null;
    }

    private static boolean leadsTo(Routine function, Map<String, Relation> relations) {
        return function.returnsRelation() != null && relations.containsKey(function.returnsRelation());
    }

    private static Relationship computed(String source, Routine function) {
        boolean one = !function.returnsSet() || function.rows() == 1;
        return new Relationship(
                source,
                String.valueOf(function.returnsRelation()),
                one ? Cardinality.MANY_TO_ONE : Cardinality.ONE_TO_MANY,
                new Link.Function(function.name()));
    }

    private static List<Relationship> detected(Map<String, Relation> relations) {
        var shown = ShownColumns.of(relations);
        var toOne = new ArrayList<Relationship>();
        for (var relation : relations.values()) {
            for (var key : relation.foreignKeys()) {
                if (relations.containsKey(key.referencedRelation())) {
                    toOne.addAll(along(relation, key, shown));
                }
            }
        }
        var all = new ArrayList<>(toOne);
        toOne.stream().map(Relationships::backwards).forEach(all::add);
        all.addAll(acrossJunctions(toOne, relations));
        return all;
    }

    // A key relates not only the two tables, but also every view that shows its columns, on either side.
    private static List<Relationship> along(Relation relation, ForeignKey key, ShownColumns shown) {
        var cardinality = isUnique(relation, key) ? Cardinality.ONE_TO_ONE : Cardinality.MANY_TO_ONE;
        var found = new ArrayList<Relationship>();
        for (var source : shown.places(relation.name(), key.columns())) {
            for (var target : shown.places(key.referencedRelation(), key.referencedColumns())) {
                found.add(new Relationship(
                        source.relation(),
                        target.relation(),
                        cardinality,
                        new Link.Key(key.name(), source.columns(), target.columns(), true)));
            }
        }
        return found;
    }

    private static boolean isUnique(Relation relation, ForeignKey key) {
        var columns = Set.copyOf(key.columns());
        return columns.equals(new HashSet<>(relation.primaryKey()))
                || relation.uniqueKeys().stream().anyMatch(unique -> columns.equals(new HashSet<>(unique)));
    }

    private static Relationship backwards(Relationship forwards) {
        var key = (Link.Key) forwards.link();
        return new Relationship(
                forwards.target(),
                forwards.source(),
                forwards.cardinality() == Cardinality.ONE_TO_ONE ? Cardinality.ONE_TO_ONE : Cardinality.ONE_TO_MANY,
                new Link.Key(key.constraint(), key.targetColumns(), key.columns(), false));
    }

    // Two keys of one relation whose columns are all in its primary key: its rows are pairs.
    private static List<Relationship> acrossJunctions(List<Relationship> toOne, Map<String, Relation> relations) {
        var found = new ArrayList<Relationship>();
        var byJunction = toOne.stream()
                .filter(related -> related.cardinality() == Cardinality.MANY_TO_ONE)
                .filter(related -> isInPrimaryKey(related, relations))
                .collect(Collectors.groupingBy(Relationship::source));
        byJunction.forEach((junction, ways) -> {
            for (var back : ways) {
                for (var on : ways) {
                    var toSource = (Link.Key) back.link();
                    var toTarget = (Link.Key) on.link();
                    if (!toSource.constraint().equals(toTarget.constraint())) {
                        found.add(new Relationship(
                                back.target(),
                                on.target(),
                                Cardinality.MANY_TO_MANY,
                                new Link.Junction(junction, toSource, toTarget)));
                    }
                }
            }
        });
        return found;
    }

    private static boolean isInPrimaryKey(Relationship related, Map<String, Relation> relations) {
        var junction = relations.get(related.source());
        return junction != null && junction.primaryKey().containsAll(((Link.Key) related.link()).columns());
    }
}
