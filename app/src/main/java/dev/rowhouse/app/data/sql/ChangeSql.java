package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.app.data.plan.Source;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.shard.Read;
import java.util.List;

/** Writes the questions that are asked of rows which have changed: what is there now, and which of them a filter takes. */
public final class ChangeSql {

    private ChangeSql() {}

    /**
     * Asks what the caller can read now of rows with given keys. Each row of the answer is {@code {"n": …, "row": …}}, where
     * {@code n} says which of the keys it has, counted from 1.
     *
     * @param plan of rows in no order, with what is to be shown of each
     * @param keys a JSON array of objects with the columns of {@code key}
     * @param role that the statement is for: under another one it yields no row
     */
    public static Read current(RowsPlan plan, List<Column> key, String keys, SchemaName schema, RoleName role) {
        var text = begun(schema, role).words("SELECT json_build_object('n', e.n, 'row', ");
        text.words(Rendering.JSON.of("r.*"))
                .words(") AS body FROM jsonb_array_elements(")
                .value(keys, "jsonb");
        text.words(") WITH ORDINALITY AS e (key, n) CROSS JOIN LATERAL jsonb_to_record(e.key) AS k (");
        for (int i = 0; i < key.size(); i++) {
            text.separated(i, ", ")
                    .name(key.get(i).name())
                    .words(" ")
                    .type(key.get(i).type());
        }
        text.words(") CROSS JOIN LATERAL (");
        Level.outermost(plan, text).named();
        text.words(plan.condition().equals(Condition.NONE) ? " WHERE " : " AND ");
        for (int i = 0; i < key.size(); i++) {
            text.separated(i, " AND ")
                    .column(Scope.ROW, key.get(i))
                    .words(" = ")
                    .column("k", key.get(i));
        }
        return ended(text.words(") AS r"));
    }

    /**
     * Asks which of some rows, given as they were or are, meet the plan's condition. Each row of the answer is the number of
     * one that does, counted from 1.
     *
     * @param images a JSON array of rows
     * @param role that the statement is for: under another one it yields no row
     */
    public static Read matching(RowsPlan plan, String images, SchemaName schema, RoleName role) {
        var relation = plan.source().relation();
        var text = begun(schema, role)
                .words("SELECT to_json(e.n) AS body FROM jsonb_array_elements(")
                .value(images, "jsonb")
                .words(") WITH ORDINALITY AS e (image, n) CROSS JOIN LATERAL jsonb_populate_record(NULL::")
                .relation(relation)
                .words(", e.image) AS ")
                .words(Scope.ROW);
        ConditionSql.where(plan.condition(), Scope.outermost(new Source.Table(relation)), text);
        return ended(text);
    }

    private static SqlText begun(SchemaName schema, RoleName role) {
        return new SqlText(schema)
                .words("SELECT answer.body FROM (SELECT WHERE current_user = ")
                .value(role.value(), "name")
                .words(") AS caller LEFT JOIN LATERAL (");
    }

    // Policies and types are the blueprint's, so none of these runs where a connection remembers.
    private static Read ended(SqlText text) {
        return new Read(text.words(") AS answer ON true").statement(), false, false);
    }
}
