package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.KeysetPlan;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.Statement;
import java.util.Set;
import java.util.function.Consumer;

/** Writes plans down as statements for one house. */
public final class SqlWriter {

    private SqlWriter() {}

    /** @param role that the statement is for: under another one it yields no row */
    public static Read read(ReadPlan plan, SchemaName schema, RoleName role) {
        return read(plan, Rendering.JSON, schema, role);
    }

    /** @param role that the statement is for: under another one it yields no row */
    public static Read read(ReadPlan plan, Rendering rendering, SchemaName schema, RoleName role) {
        var byKey = plan.isByKey();
        var statement = read(plan, byKey, rendering, new SqlText(schema), text -> text.literal(role.value()));
        // The driver prepares only what has a value, so a read without one gets the role as its value.
        var prepared = statement.values().isEmpty()
                ? read(plan, byKey, rendering, new SqlText(schema), text -> text.value(role.value(), "name"))
                : statement;
        return new Read(prepared, plan.callerIndependent(), plan.counted(), byKey);
    }

    private static Statement read(
            ReadPlan plan, boolean byKey, Rendering rendering, SqlText text, Consumer<SqlText> role) {
        text.words("SELECT answer.body");
        if (plan.counted()) {
            text.words(", total.head");
        } else if (byKey) {
            text.words(", current_user");
        }
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
     * Reads a plan {@linkplain ReadPlan#isInParts in parts}: each value is many rows, parted by line feeds, for a row of its
     * own costs the driver more than what is in it.
     *
     * @param role that the statement is for: under another one it yields no row
     */
    public static Read parts(ReadPlan plan, Rendering rendering, SchemaName schema, RoleName role) {
        var text = new SqlText(schema)
                .words("SELECT answer.body FROM (SELECT WHERE current_user = ")
                .value(role.value(), "name")
                .words(") AS caller LEFT JOIN LATERAL (");
        PartsSql.write(plan.rows(), rendering, text);
        return new Read(text.words(") AS answer ON true").statement(), false, false);
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
}
