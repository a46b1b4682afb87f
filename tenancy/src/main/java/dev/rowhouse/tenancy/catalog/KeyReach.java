package dev.rowhouse.tenancy.catalog;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Follows foreign keys backwards: to whatever refers to a table, and may be changed along with it. */
final class KeyReach {

    private KeyReach() {}

    /** Returns what each of the relations reaches, itself included. */
    static Map<String, Set<String>> among(Collection<Relation> relations) {
        var referring = new HashMap<String, Set<String>>();
        for (var relation : relations) {
            for (var key : relation.foreignKeys()) {
                referring
                        .computeIfAbsent(key.referencedRelation(), _ -> new TreeSet<>())
                        .add(relation.name());
            }
        }
        var reached = new HashMap<String, Set<String>>();
        relations.forEach(relation -> reached.put(relation.name(), from(relation.name(), referring)));
        return Map.copyOf(reached);
    }

    private static Set<String> from(String relation, Map<String, Set<String>> referring) {
        var reached = new HashSet<>(List.of(relation));
        var next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            for (var other : referring.getOrDefault(next.poll(), Set.of())) {
                if (reached.add(other)) {
                    next.add(other);
                }
            }
        }
        return Set.copyOf(reached);
    }
}
