package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Embedding;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relationship;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the relationship that an embedding means. */
final class Relatives {

    private Relatives() {}

    static Relationship find(Embedding embedding, Relation source, Catalog catalog) {
        var all = catalog.relationships(source.name());
        var target = embedding.target();
        var found = all.stream()
                .filter(way -> isMeant(way, target, embedding.hint(), catalog))
                .toList();
        return switch (found.size()) {
            case 0 -> throw none(embedding, source, all);
            case 1 -> found.getFirst();
            default -> throw Ambiguity.between(source.name(), target, found);
        };
    }

    private static boolean isMeant(Relationship way, String target, @Nullable String hint, Catalog catalog) {
        if (way.link() instanceof Link.Function(var name)) {
            return name.equals(target);
        }
        if (way.source().equals(way.target())) {
            return isMeantInItself(way, target, hint);
        }
        if (hint != null) {
            return target.equals(way.target()) && isHinted(way, hint);
        }
        return target.equals(way.target()) || isNamedByKey(way, target) && isTable(way.target(), catalog);
    }

    // A foreign key to its own relation leads both ways: by the relation's name to many, by the column's to one.
    private static boolean isMeantInItself(Relationship way, String target, @Nullable String hint) {
        return switch (way.link()) {
            case Link.Key(var constraint, var columns, var targetColumns, var referring) -> {
                if (referring) {
                    yield hint == null && (isOnly(target, columns) || target.equals(constraint));
                }
                yield target.equals(way.target())
                        && (hint == null || isOnly(hint, targetColumns) || hint.equals(constraint));
            }
            case Link.Junction _ -> target.equals(way.target()) && hint != null && isHinted(way, hint);
            case Link.Function _ -> false;
        };
    }

    private static boolean isNamedByKey(Relationship way, String name) {
        return switch (way.link()) {
            case Link.Key(var constraint, var columns, var _, var _) ->
                name.equals(constraint) || isOnly(name, columns);
            case Link.Junction _, Link.Function _ -> false;
        };
    }

    private static boolean isHinted(Relationship way, String hint) {
        return switch (way.link()) {
            case Link.Key(var constraint, var columns, var targetColumns, var _) ->
                hint.equals(constraint) || isOnly(hint, columns) || isOnly(hint, targetColumns);
            case Link.Junction(var relation, var _, var _) -> hint.equals(relation);
            case Link.Function _ -> false;
        };
    }

    private static boolean isOnly(String name, List<String> columns) {
        return columns.size() == 1 && columns.getFirst().equals(name);
    }

    private static boolean isTable(String name, Catalog catalog) {
        var relation = catalog.relation(name);
        return relation != null && relation.kind() == Relation.Kind.TABLE;
    }

    private static QueryError none(Embedding embedding, Relation source, List<Relationship> all) {
        var names = new TreeSet<String>();
        for (var way : all) {
            names.add(way.link() instanceof Link.Function(var function) ? function : way.target());
        }
        var using = embedding.hint() == null ? "" : " using the hint '" + embedding.hint() + "'";
        return new QueryError(
                QueryError.Kind.MALFORMED,
                "PGRST200",
                "there is no relationship between '" + source.name() + "' and '" + embedding.target() + "'",
                "searched for a foreign key or a function that relates '" + source.name() + "' to '"
                        + embedding.target() + "'" + using,
                NearNames.hint(embedding.target(), names));
    }
}
