package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.blueprint.NodeTree.Target;
import dev.rowhouse.tenancy.catalog.Relation.Origin;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds which columns of tables the columns of views show, through views of views. */
final class ViewOrigins {

    private static final String COLUMNS = """
            SELECT c.oid, a.attnum, c.relname, a.attname, c.relkind
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('r', 'p', 'v', 'm')
              AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY c.oid, a.attnum""";

    private static final String QUERIES = """
            SELECT r.ev_class, r.ev_action::pg_catalog.text
            FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
            WHERE c.relnamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('v', 'm')
              AND r.rulename = '_RETURN'""";

    private record Place(long relation, int number) {}

    private record Shown(Place place, String relation, String column, boolean table) {}

    private record Query(long view, List<Target> targets) {}

    private final Map<Place, Shown> columns = new LinkedHashMap<>();
    private final Map<Place, Place> sources = new HashMap<>();

    private ViewOrigins() {}

    /** Returns the origins of each view's columns, in the order of the columns. */
    static Map<String, Map<String, Origin>> read(AdministrativeSession session, String schema) {
        var origins = new ViewOrigins();
        session.query(
                        COLUMNS.formatted(schema),
                        row -> new Shown(
                                new Place(row.getLong(1), row.getInt(2)),
                                row.getString(3),
                                row.getString(4),
                                !List.of("v", "m").contains(row.getString(5))))
                .forEach(column -> origins.columns.put(column.place(), column));
        session.query(QUERIES.formatted(schema), row -> new Query(row.getLong(1), NodeTree.targets(row.getString(2))))
                .forEach(query -> query.targets()
                        .forEach(target -> origins.sources.put(
                                new Place(query.view(), target.position()),
                                new Place(target.relation(), target.number()))));
        return origins.byView();
    }

    private Map<String, Map<String, Origin>> byView() {
        var byView = new HashMap<String, Map<String, Origin>>();
        columns.values().stream().filter(column -> !column.table()).forEach(column -> {
            var origin = origin(column.place());
            if (origin != null) {
                byView.computeIfAbsent(column.relation(), _ -> new LinkedHashMap<>())
                        .put(column.column(), origin);
            }
        });
        return byView;
    }

    // Views cannot go round in a circle.
    private @Nullable Origin origin(Place place) {
        var shown = columns.get(place);
        while (shown != null && !shown.table()) {
            shown = columns.get(sources.getOrDefault(shown.place(), new Place(0, 0)));
        }
        return shown == null ? null : new Origin(shown.relation(), shown.column());
    }

    /** Returns the columns that show whole primary keys of tables, first ones first. */
    static List<String> keys(Map<String, Origin> origins, Map<String, List<String>> primaryKeys) {
        var shown = new LinkedHashMap<Origin, String>();
        origins.forEach((column, origin) -> shown.putIfAbsent(origin, column));
        return origins.values().stream()
                .map(Origin::relation)
                .distinct()
                .flatMap(table -> {
                    var key = primaryKeys.getOrDefault(table, List.of()).stream()
                            .map(column -> new Origin(table, column))
                            .toList();
                    return shown.keySet().containsAll(key) ? key.stream() : List.<Origin>of().stream();
                })
                .map(shown::get)
                .collect(Collectors.toUnmodifiableList());
    }
}
