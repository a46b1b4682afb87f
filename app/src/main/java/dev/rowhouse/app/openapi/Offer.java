package dev.rowhouse.app.openapi;

import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Routine;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a catalog a class of callers may use, by name.
 *
 * @param routines by name, the overloads in the catalog's order
 */
record Offer(Catalog catalog, List<Offered> relations, List<List<Routine>> routines) {

    /** A relation and the columns that may be read, given to a new row and changed; in each the relation's order. */
    record Offered(Relation relation, Set<String> read, Set<String> inserted, Set<String> updated, boolean deleted) {

        String name() {
            return relation.name();
        }

        /** Returns the columns that the caller has to do with. */
        List<Column> columns() {
            return relation.columns().stream()
                    .filter(column -> read.contains(column.name())
                            || inserted.contains(column.name())
                            || updated.contains(column.name()))
                    .toList();
        }

        boolean readable() {
            return !read.isEmpty();
        }

        boolean insertable() {
            return !inserted.isEmpty();
        }

        boolean updatable() {
            return !updated.isEmpty();
        }

        /** Says whether a row can be put in the place of the one with its key. */
        boolean replaceable() {
            return insertable() && updatable() && !relation.primaryKey().isEmpty();
        }

        /** Says whether a row has an address of its own, for which its key must be readable. */
        boolean addressable() {
            return !relation.primaryKey().isEmpty() && read.containsAll(relation.primaryKey());
        }

        boolean useless() {
            return read.isEmpty() && inserted.isEmpty() && updated.isEmpty() && !deleted;
        }
    }

    /** Returns all that can be done with the catalog's objects at all. */
    static Offer everything(Catalog catalog) {
        return of(catalog, Offer::whole, _ -> true);
    }

    /** Returns what is also the caller's right. */
    static Offer within(Catalog catalog, Rights rights) {
        return of(catalog, relation -> limited(whole(relation), rights.of(relation.name())), rights::mayCall);
    }

    private static Offer of(Catalog catalog, Function<Relation, Offered> offered, Predicate<Routine> callable) {
        var relations = catalog.relations().values().stream()
                .sorted(Comparator.comparing(Relation::name))
                .map(offered)
                .filter(relation -> !relation.useless())
                .toList();
        var fields = computedFields(catalog);
        var routines = catalog.routines().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(named -> named.getValue().stream()
                        .filter(routine -> routine.kind() == Routine.Kind.FUNCTION)
                        .filter(routine -> !fields.contains(routine))
                        .filter(callable)
                        .toList())
                .filter(overloads -> !overloads.isEmpty())
                .toList();
        return new Offer(catalog, relations, routines);
    }

    // They are part of their relation; nobody calls them by themselves.
    private static Set<Routine> computedFields(Catalog catalog) {
        return catalog.relations().keySet().stream()
                .flatMap(relation -> catalog.computedFields(relation).values().stream())
                .collect(Collectors.toSet());
    }

    private static Offered whole(Relation relation) {
        var names = Set.copyOf(relation.columnNames());
        var writable = relation.columns().stream()
                .filter(Column::isWritable)
                .map(Column::name)
                .collect(Collectors.toSet());
        return new Offered(
                relation,
                names,
                relation.insertable() ? writable : Set.of(),
                relation.updatable() ? writable : Set.of(),
                relation.updatable());
    }

    private static Offered limited(Offered whole, Rights.@Nullable OfRelation rights) {
        if (rights == null) {
            return new Offered(whole.relation(), Set.of(), Set.of(), Set.of(), false);
        }
        return new Offered(
                whole.relation(),
                common(whole.read(), rights.read()),
                common(whole.inserted(), rights.inserted()),
                common(whole.updated(), rights.updated()),
                whole.deleted() && rights.deleted());
    }

    private static Set<String> common(Set<String> some, Set<String> others) {
        var common = new HashSet<>(some);
        common.retainAll(others);
        return common;
    }
}
