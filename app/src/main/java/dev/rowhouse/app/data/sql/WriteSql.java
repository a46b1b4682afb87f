package dev.rowhouse.app.data.sql;

import static dev.rowhouse.app.data.sql.Scope.ROW;

import dev.rowhouse.app.data.plan.ChangePlan;
import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.InsertPlan.Conflict;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.plan.Source;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.shard.Write;
import java.util.List;

/** Writes down the statements that change rows of one house. */
public final class WriteSql {

    private static final String BODY = "body";

    private final Rendering rendering;
    private final SqlText text;
    private final RoleName role;
    private final String origin;

    private WriteSql(Rendering rendering, SchemaName schema, RoleName role, String origin) {
        this.rendering = rendering;
        this.text = new SqlText(schema);
        this.role = role;
        this.origin = origin;
    }

    /**
     * Inserts {@code rows.json()}, an array of objects, in one statement.
     *
     * @param rendering of the rows that the write shows
     * @param role that the statement is for; a plain one changes nothing under another
     * @param origin what the journal is told by a plain one, as {@code Caller.origin} puts it: no transaction around it does
     */
    public static Write insert(
            InsertPlan plan, Rows rows, Rendering rendering, SchemaName schema, RoleName role, String origin) {
        return new WriteSql(rendering, schema, role, origin).insert(plan, rows);
    }

    /** Sets the members of {@code rows.json()}, one object, on every row of the condition. */
    public static Write update(
            ChangePlan plan, Rows rows, Rendering rendering, SchemaName schema, RoleName role, String origin) {
        return new WriteSql(rendering, schema, role, origin).update(plan, rows);
    }

    public static Write delete(ChangePlan plan, Rendering rendering, SchemaName schema, RoleName role, String origin) {
        return new WriteSql(rendering, schema, role, origin).delete(plan);
    }

    /** Returns the {@code COPY} that takes the columns' values in {@code format}. */
    public static String copy(Relation relation, List<Column> columns, CopyFormat format, SchemaName schema) {
        var copy = new SqlText(schema).words("COPY ").relation(relation).words(" (");
        return names(columns, copy).words(format.words()).toString();
    }

    private Write insert(InsertPlan plan, Rows rows) {
        var conflict = plan.conflict();
        var merging = conflict != null && conflict.merge() ? conflict : null;
        var answer = new Changed(plan.relation(), plan.returning(), merging, rendering);
        // Each row has its own list of values then, of which none is a condition.
        var plain = plan.plain() && rows.uneven().isEmpty() && (plan.returning() == null || rows.size() <= 1);
        answer.before(text);
        text.words("INSERT INTO ").relation(plan.relation()).words(" AS " + ROW);
        if (!rows.columns().isEmpty()) {
            names(rows.columns(), text.words(" (")).words(")");
        }
        if (rows.uneven().isEmpty()) {
            source(rows);
            where(plan.condition(), plan.relation(), plain);
        } else {
            UnevenRowsSql.values(rows, text);
        }
        if (conflict != null) {
            onConflict(conflict, rows.columns());
        }
        return write(answer, plain);
    }

    private void source(Rows rows) {
        if (rows.columns().isEmpty()) {
            // Every column takes its default; the array says how many rows there are.
            text.words(" SELECT FROM json_array_elements(")
                    .value(rows.json(), "json")
                    .words(") AS " + ROW);
            return;
        }
        text.words(" SELECT ");
        for (int i = 0; i < rows.columns().size(); i++) {
            value(ROW, rows.columns().get(i), text.separated(i, ", "));
        }
        text.words(" FROM json_to_recordset(").value(rows.json(), "json");
        recordType(rows.columns(), text.words(") AS " + ROW + " "));
    }

    private void onConflict(Conflict conflict, List<Column> columns) {
        names(conflict.key(), text.words(" ON CONFLICT (")).words(")");
        if (!conflict.merge() || columns.isEmpty()) {
            text.words(" DO NOTHING");
            return;
        }
        text.words(" DO UPDATE SET ");
        for (int i = 0; i < columns.size(); i++) {
            text.separated(i, ", ").name(columns.get(i).name()).words(" = ").column("excluded", columns.get(i));
        }
    }

    private Write update(ChangePlan plan, Rows rows) {
        var defaults = plan.missingDefault() && rows.size() > 0
                ? plan.columns().stream()
                        .filter(column -> !rows.columns().contains(column))
                        .toList()
                : List.<Column>of();
        var answer = new Changed(plan.relation(), plan.returning(), null, rendering);
        if (rows.columns().isEmpty() && defaults.isEmpty()) {
            text.words("SELECT NULL::pg_catalog.\"json\" AS body WHERE false");
            return new Write(text.statement(), answer.shape(), false);
        }
        answer.before(text);
        text.words("UPDATE ").relation(plan.relation()).words(" AS " + ROW + " SET ");
        int index = 0;
        for (var column : rows.columns()) {
            text.separated(index++, ", ").name(column.name()).words(" = ");
            value(BODY, column, text);
        }
        for (var column : defaults) {
            text.separated(index++, ", ").name(column.name()).words(" = DEFAULT");
        }
        if (!rows.columns().isEmpty()) {
            text.words(" FROM json_to_record(").value(rows.json(), "json");
            recordType(rows.columns(), text.words(") AS " + BODY + " "));
        }
        var plain = isPlain(plan);
        where(plan.condition(), plan.relation(), plain);
        return write(answer, plain);
    }

    private Write delete(ChangePlan plan) {
        var answer = new Changed(plan.relation(), plan.returning(), null, rendering);
        answer.before(text);
        text.words("DELETE FROM ").relation(plan.relation()).words(" AS " + ROW);
        var plain = isPlain(plan);
        where(plan.condition(), plan.relation(), plain);
        return write(answer, plain);
    }

    // What is committed at once is answered however long the answer is: that is one row at most.
    private static boolean isPlain(ChangePlan plan) {
        return plan.plain() && (plan.returning() == null || plan.isOfOneRow());
    }

    // What does not depend on the row is looked at once, before the first of them.
    private void where(Condition condition, Relation relation, boolean plain) {
        ConditionSql.where(condition, Scope.outermost(new Source.Table(relation)), text);
        if (plain) {
            text.words(condition.equals(Condition.NONE) ? " WHERE " : " AND ")
                    .words("current_user = ")
                    .literal(role.value())
                    .words(" AND (SELECT set_config('rowhouse.origin', ")
                    .value(origin, "text")
                    .words(", true)) IS NOT NULL");
        }
    }

    private Write write(Changed answer, boolean plain) {
        answer.after(text);
        // Without code of the tenant's nobody asks for anything.
        return new Write(text.statement(), answer.shape(), plain, plain ? null : ResponseSql.STATEMENT);
    }

    private static SqlText names(List<Column> columns, SqlText text) {
        for (int i = 0; i < columns.size(); i++) {
            text.separated(i, ", ").name(columns.get(i).name());
        }
        return text;
    }

    /** Adds the value of the body {@code source} for a column. */
    static void value(String source, Column column, SqlText text) {
        var function = column.type().writtenBy();
        if (function == null) {
            text.column(source, column);
        } else {
            text.routine(function).words("(").column(source, column).words(")");
        }
    }

    static void recordType(List<Column> columns, SqlText text) {
        text.words("(");
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            text.separated(i, ", ").name(column.name()).words(" ");
            if (column.type().writtenBy() == null) {
                text.type(column.type());
            } else {
                text.words("pg_catalog.\"json\"");
            }
        }
        text.words(")");
    }
}
