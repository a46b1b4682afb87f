package dev.rowhouse.app.events;

import dev.rowhouse.platform.postgres.Quoting;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which columns a role may read.
 *
 * @param columns by relation; null for every column of every relation
 */
record Readable(@Nullable Map<String, Set<String>> columns) {

    static final Readable EVERYTHING = new Readable(null);

    // It names no object of the house, so it runs none of the blueprint's code.
    private static final String QUESTION = """
            SELECT answer.body FROM (SELECT WHERE current_user = $1::pg_catalog."name") AS caller LEFT JOIN LATERAL (
              SELECT json_build_object('relation', c.relname, 'columns', json_agg(a.attname)) AS body
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
              WHERE c.relnamespace = %s::regnamespace::oid AND c.relkind IN ('r', 'p')
                AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')
              GROUP BY c.oid, c.relname) AS answer ON true""";

    /** Returns the question that {@code role} asks about itself; its answer is read by {@link #of}. */
    static Read question(SchemaName schema, RoleName role) {
        var sql = QUESTION.formatted(Quoting.literal(schema.quoted()));
        return new Read(new Statement(sql, List.of(role.value())), true, false);
    }

    static Readable of(List<String> answers) {
        return new Readable(answers.stream()
                .map(JsonMapper.shared()::readTree)
                .collect(Collectors.toMap(
                        row -> row.required("relation").stringValue(),
                        row -> row.required("columns")
                                .valueStream()
                                .map(JsonNode::stringValue)
                                .collect(Collectors.toSet()))));
    }

    boolean all(String relation, Collection<Column> needed) {
        var readable = of(relation);
        return readable == null || needed.stream().map(Column::name).allMatch(readable::contains);
    }

    /** Returns the names of the relation's columns, or null for all of them. */
    @Nullable
    Set<String> of(String relation) {
        return columns == null ? null : columns.getOrDefault(relation, Set.of());
    }
}
