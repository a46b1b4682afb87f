package dev.rowhouse.app.openapi;

import dev.rowhouse.platform.postgres.Quoting;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What PostgreSQL lets a role do in a house, as the role itself is told. */
final class Rights {

    /** What may be done with a relation; the columns of which that is true, by name. */
    record OfRelation(Set<String> read, Set<String> inserted, Set<String> updated, boolean deleted) {}

    private record Signature(String name, List<String> types) {}

    private static final String COLUMNS = """
            ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND pg_catalog.has_column_privilege(c.oid, a.attnum, '%s'))""";

    // It names no object of the house, so it runs none of the blueprint's code.
    private static final String QUERY = """
            SELECT answer.body FROM (SELECT WHERE current_user = $1::pg_catalog."name") AS caller LEFT JOIN LATERAL (
              SELECT pg_catalog.json_build_object('relation', c.relname, 'read', %2$s, 'inserted', %3$s, 'updated', %4$s,
                'deleted', pg_catalog.has_table_privilege(c.oid, 'DELETE')) AS body
              FROM pg_catalog.pg_class c
              WHERE c.relnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('r', 'p', 'v', 'm')
              UNION ALL
              SELECT pg_catalog.json_build_object('routine', p.proname, 'types', ARRAY(
                SELECT coalesce(e.typname || '[]', t.typname::pg_catalog.text)
                FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY AS n (oid, i)
                JOIN pg_catalog.pg_type t ON t.oid = n.oid
                LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
                ORDER BY n.i))
              FROM pg_catalog.pg_proc p
              WHERE p.pronamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND p.prokind = 'f'
                AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')) AS answer ON true""";

    private final Map<String, OfRelation> relations = new HashMap<>();
    private final Set<Signature> routines = new HashSet<>();

    private Rights() {}

    /** Returns the question that {@code role} asks about itself; each row of the answer is one of {@link #of(List)}. */
    static Read question(SchemaName schema, RoleName role) {
        var sql = QUERY.formatted(
                Quoting.literal(schema.quoted()),
                COLUMNS.formatted("SELECT"),
                COLUMNS.formatted("INSERT"),
                COLUMNS.formatted("UPDATE"));
        return new Read(new Statement(sql, List.of(role.value())), true, false);
    }

    static Rights of(List<JsonNode> rows) {
        var rights = new Rights();
        rows.forEach(rights::add);
        return rights;
    }

    private void add(JsonNode row) {
        if (row.has("relation")) {
            relations.put(
                    row.get("relation").stringValue(),
                    new OfRelation(
                            Set.copyOf(texts(row.get("read"))),
                            Set.copyOf(texts(row.get("inserted"))),
                            Set.copyOf(texts(row.get("updated"))),
                            row.get("deleted").booleanValue()));
        } else {
            routines.add(new Signature(row.get("routine").stringValue(), texts(row.get("types"))));
        }
    }

    /** Returns what may be done with the relation, or null where that is nothing. */
    @Nullable
    OfRelation of(String relation) {
        return relations.get(relation);
    }

    boolean mayCall(Routine routine) {
        var types =
                routine.inputs().stream().map(argument -> name(argument.type())).toList();
        return routines.contains(new Signature(routine.name(), types));
    }

    private static String name(ColumnType type) {
        return type.array() ? type.name() + "[]" : type.name();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).collect(Collectors.toList());
    }
}
