package dev.rowhouse.app.data.sql;

import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.shard.Read;
import java.util.List;

/** Writes down the question which value of a body PostgreSQL does not take. */
public final class MisfitSql {

    private MisfitSql() {}

    /**
     * Asks PostgreSQL which member of {@code rows} its column's type does not take: at most one, the first.
     *
     * @param json an array of objects
     */
    public static Read of(List<Column> columns, String json, SchemaName schema, RoleName role) {
        var text = new SqlText(schema);
        text.words("SELECT answer.body FROM (SELECT WHERE current_user = ").literal(role.value());
        text.words(") AS caller LEFT JOIN LATERAL (SELECT row_to_json(r.*) AS body FROM (SELECT body.number - 1 AS "
                + "\"row\", member.name, fault.message, fault.detail, fault.hint, fault.sql_error_code FROM "
                + "json_array_elements(");
        text.value(json, "json").words(") WITH ORDINALITY AS body (object, number), LATERAL (VALUES ");
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            text.separated(i, ", ").words("(").literal(column.name());
            text.words(", ").literal(inputType(column.type(), schema)).words(")");
        }
        text.words(") AS member (name, type), LATERAL pg_input_error_info(body.object ->> member.name, member.type) AS "
                + "fault WHERE json_typeof(body.object -> member.name) IN ('string', 'number', 'boolean') "
                + "AND fault.message IS NOT NULL ORDER BY body.number LIMIT 1) AS r) AS answer ON true");
        return new Read(text.statement(), false, false);
    }

    // The way people write a system type carries its precision, which matters here.
    private static String inputType(ColumnType type, SchemaName schema) {
        return type.origin() == ColumnType.Origin.SYSTEM ? type.display() : type.sql(schema);
    }
}
