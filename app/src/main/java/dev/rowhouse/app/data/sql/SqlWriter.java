package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.ChangePlan;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.KeysetPlan;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.app.data.plan.Source;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.Statement;
import dev.rowhouse.tenancy.shard.Write;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes plans down as statements for one house. */
public final class SqlWriter {

    private SqlWriter() {}

    /** @param role that the statement is for: under another one it yields no row */
    public static Read read(ReadPlan plan, SchemaName schema, RoleName role) {
        return read(plan, Rendering.JSON, schema, role);
    }

    /** @param role that the statement is for: under another one it yields no row */
    public static Read read(ReadPlan plan, Rendering rendering, SchemaName schema, RoleName role) {
        var statement = read(plan, rendering, new SqlText(schema), text -> text.literal(role.value()));
        // The driver prepares only what has a value, so a read without one gets the role as its value.
        var prepared = statement.values().isEmpty()
                ? read(plan, rendering, new SqlText(schema), text -> text.value(role.value(), "name"))
                : statement;
        return new Read(prepared, plan.callerIndependent(), plan.counted());
    }

    private static Statement read(ReadPlan plan, Rendering rendering, SqlText text, Consumer<SqlText> role) {
        text.words(plan.counted() ? "SELECT answer.body, total.head" : "SELECT answer.body");
        role.accept(text.words(" FROM (SELECT WHERE current_user = "));
        text.words(") AS caller");
        if (plan.counted()) {
            RowsSql.total(plan.rows(), plan.count(), text.words(" CROSS JOIN LATERAL ("));
            text.words(") AS total");
        }
        RowsSql.answer(plan.rows(), rendering, text.words(" LEFT JOIN LATERAL ("));
        return text.words(") AS answer ON true").statement();
    }

    /**
     * Reads a page behind a row. Its head's {@code next} holds the values of the page's last row as an array of texts, or null
     * when no page follows, beside the {@code total} if the read is counted.
     *
     * @param role that the statement is for: under another one it yields no row
     */
    public static Read read(KeysetPlan plan, Rendering rendering, SchemaName schema, RoleName role) {
        var text = new SqlText(schema).words("SELECT answer.body, json_build_object(");
        if (plan.read().counted()) {
            RowsSql.number(plan.read().rows(), plan.read().count(), text.words("'total', ("));
            text.words("), ");
        }
        // The role is bound, so that a page without a value is prepared as well.
        text.words("'next', answer.next) AS head FROM (SELECT WHERE current_user = ")
                .value(role.value(), "name");
        RowsSql.keyed(plan, rendering, text.words(") AS caller LEFT JOIN LATERAL ("));
        return new Read(
                text.words(") AS answer ON true").statement(), plan.read().callerIndependent(), true);
    }

    /** Asks PostgreSQL how it would carry the read out; the answer is one row, its plan as JSON. */
    public static Read explain(ReadPlan plan, SchemaName schema) {
        var text = new SqlText(schema).words("EXPLAIN (FORMAT JSON) ");
        RowsSql.answer(plan.rows(), Rendering.JSON, text);
        return new Read(text.statement(), false, false);
    }

    /** Asks the planner how many rows there are regardless of the page; answers with its plan as JSON. */
    public static Read estimate(ReadPlan plan, SchemaName schema) {
        var text = new SqlText(schema).words("EXPLAIN (FORMAT JSON) ");
        RowsSql.all(plan.rows(), text);
        return new Read(text.statement(), false, false);
    }

    /** Makes of a read one that answers with its execution plan: as JSON in one row, or as text in rows of one line. */
    public static Read explained(Read read, boolean json, Set<ExplainOption> options) {
        var sql = new StringBuilder("EXPLAIN (FORMAT ").append(json ? "JSON" : "TEXT");
        options.forEach(option -> sql.append(", ").append(option.name()));
        var statement = read.statement();
        return new Read(
                new Statement(sql.append(") ").append(statement.sql()).toString(), statement.values()), false, false);
    }

    /**
     * Makes of a read one that brings none of its rows but only a head that says how many there are, as {@code rows}, and
     * the {@code total} if the read was counted.
     */
    public static Read headOnly(Read read) {
        var statement = read.statement();
        var total = read.headed() ? "'total', max((answer.head ->> 'total')::bigint), " : "";
        // The read's one empty row, which says that the role was right, is none of the answer's.
        var sql = "SELECT NULL::json AS body, json_build_object(" + total + "'rows', count(answer.body)) AS head FROM ("
                + statement.sql() + ") AS answer HAVING count(*) > 0";
        return new Read(new Statement(sql, statement.values()), read.callerIndependent(), true);
    }

    /** Inserts {@code rows.json()}, an array of objects, in one statement. */
    public static Write insert(InsertPlan plan, Rows rows, SchemaName schema) {
        return write(plan.returning(), schema, text -> {
            text.words("INSERT INTO ").relation(plan.relation()).words(" AS " + Scope.ROW);
            if (rows.columns().isEmpty()) {
                // Every column takes its default; the array says how many rows there are.
                text.words(" SELECT FROM json_array_elements(")
                        .value(rows.json(), "json")
                        .words(")");
            } else {
                text.words(" (");
                names(rows.columns(), text);
                text.words(") SELECT ");
                names(rows.columns(), text);
                text.words(" FROM json_to_recordset(").value(rows.json(), "json");
                recordType(rows.columns(), text.words(") AS body "));
            }
        });
    }

    /** Sets the members of {@code rows.json()}, one object, on every row of the condition. */
    public static Write update(ChangePlan plan, Rows rows, SchemaName schema) {
        if (rows.columns().isEmpty()) {
            return nothing(plan.returning(), schema);
        }
        return write(plan.returning(), schema, text -> {
            text.words("UPDATE ").relation(plan.relation()).words(" AS " + Scope.ROW + " SET ");
            for (int i = 0; i < rows.columns().size(); i++) {
                var column = rows.columns().get(i);
                text.separated(i, ", ").name(column.name()).words(" = ").column("body", column);
            }
            text.words(" FROM json_to_record(").value(rows.json(), "json");
            recordType(rows.columns(), text.words(") AS body "));
            ConditionSql.where(plan.condition(), row(plan), text);
        });
    }

    public static Write delete(ChangePlan plan, SchemaName schema) {
        return write(plan.returning(), schema, text -> {
            text.words("DELETE FROM ").relation(plan.relation()).words(" AS " + Scope.ROW);
            ConditionSql.where(plan.condition(), row(plan), text);
        });
    }

    /**
     * Asks PostgreSQL which member of {@code rows} its column's type does not take: at most one, the first.
     *
     * @param json an array of objects
     */
    public static Read misfit(List<Column> columns, String json, SchemaName schema, RoleName role) {
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

    /** Returns the {@code COPY} that takes the columns' values in {@code format}. */
    public static String copy(Relation relation, List<Column> columns, CopyFormat format, SchemaName schema) {
        var text = new SqlText(schema);
        text.words("COPY ").relation(relation).words(" (");
        names(columns, text);
        return text.words(format.words()).toString();
    }

    private static Write write(@Nullable RowsPlan returning, SchemaName schema, Consumer<SqlText> change) {
        var text = new SqlText(schema);
        if (returning == null) {
            change.accept(text);
            return new Write(text.statement(), false);
        }
        change.accept(text.words("WITH changed AS ("));
        RowsSql.returning(returning, text);
        RowsSql.answer(returning, Rendering.JSON, text.words(") "));
        return new Write(text.statement(), true);
    }

    private static Write nothing(@Nullable RowsPlan returning, SchemaName schema) {
        var text = new SqlText(schema).words("SELECT NULL::pg_catalog.\"json\" AS body WHERE false");
        return new Write(text.statement(), returning != null);
    }

    private static Scope row(ChangePlan plan) {
        return Scope.outermost(new Source.Table(plan.relation()));
    }

    private static void names(List<Column> columns, SqlText text) {
        for (int i = 0; i < columns.size(); i++) {
            text.separated(i, ", ").name(columns.get(i).name());
        }
    }

    private static void recordType(List<Column> columns, SqlText text) {
        text.words("(");
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            text.separated(i, ", ").name(column.name()).words(" ").type(column.type());
        }
        text.words(")");
    }
}
