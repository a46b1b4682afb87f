package dev.rowhouse.app.data.sql;

import static dev.rowhouse.app.data.sql.ConditionSql.ROW;

import dev.rowhouse.app.data.plan.ChangePlan;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.Output;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.plan.Sort;
import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.Statement;
import dev.rowhouse.tenancy.shard.Write;
import java.util.List;
import java.util.function.Consumer;

/** Writes plans down as statements for one house. */
public final class SqlWriter {

    private SqlWriter() {}

    /** @param role that the statement is for: under another one it yields no row */
    public static Read read(ReadPlan plan, SchemaName schema, RoleName role) {
        var statement = read(plan, new SqlText(schema), text -> text.literal(role.value()));
        // The driver prepares only what has a value, so a read without one gets the role as its value.
        var prepared = statement.values().isEmpty()
                ? read(plan, new SqlText(schema), text -> text.value(role.value(), "name"))
                : statement;
        return new Read(prepared, plan.callerIndependent(), plan.counted());
    }

    private static Statement read(ReadPlan plan, SqlText text, Consumer<SqlText> role) {
        text.words(plan.counted() ? "SELECT answer.body, total.head" : "SELECT answer.body");
        role.accept(text.words(" FROM (SELECT WHERE current_user = "));
        text.words(") AS caller");
        if (plan.counted()) {
            total(plan, text);
        }
        text.words(" LEFT JOIN LATERAL (SELECT row_to_json(");
        var wholeRow = isWholeRow(plan);
        if (wholeRow) {
            text.words(ROW + ".*) AS body");
        } else {
            outputs(ROW, plan.outputs(), text.words("r.*) AS body FROM (SELECT "));
        }
        source(plan, text);
        order(plan.order(), text);
        page(plan.page(), text);
        return text.words(wholeRow ? ") AS answer ON true" : ") AS r) AS answer ON true")
                .statement();
    }

    // Without a selection the row is its own answer, and the driver, which reads a statement's text at each use, has a
    // third of it to read.
    private static boolean isWholeRow(ReadPlan plan) {
        var columns = plan.relation().columns();
        var outputs = plan.outputs();
        if (outputs.size() != columns.size()) {
            return false;
        }
        for (int i = 0; i < outputs.size(); i++) {
            var output = outputs.get(i);
            if (output.column() != columns.get(i)
                    || !output.name().equals(output.column().name())) {
                return false;
            }
        }
        return true;
    }

    private static void total(ReadPlan plan, SqlText text) {
        text.words(" CROSS JOIN LATERAL (SELECT json_build_object('total', (SELECT count(*)");
        source(plan, text);
        text.words(")) AS head) AS total");
    }

    private static void source(ReadPlan plan, SqlText text) {
        text.words(" FROM ").relation(plan.relation()).words(" AS " + ROW);
        ConditionSql.where(plan.condition(), text);
    }

    private static void order(List<Sort> order, SqlText text) {
        for (int i = 0; i < order.size(); i++) {
            var sort = order.get(i);
            text.words(i == 0 ? " ORDER BY " : ", ").column(ROW, sort.column());
            if (sort.direction() != null) {
                text.words(sort.direction() == Direction.ASC ? " ASC" : " DESC");
            }
            if (sort.nulls() != null) {
                text.words(sort.nulls() == Nulls.FIRST ? " NULLS FIRST" : " NULLS LAST");
            }
        }
    }

    /** Inserts {@code rows.json()}, an array of objects, in one statement. */
    public static Write insert(InsertPlan plan, Rows rows, SchemaName schema) {
        return write(plan.returning(), schema, text -> {
            text.words("INSERT INTO ").relation(plan.relation()).words(" AS " + ROW);
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
            text.words("UPDATE ").relation(plan.relation()).words(" AS " + ROW + " SET ");
            for (int i = 0; i < rows.columns().size(); i++) {
                var column = rows.columns().get(i);
                text.separated(i, ", ").name(column.name()).words(" = ").column("body", column);
            }
            text.words(" FROM json_to_record(").value(rows.json(), "json");
            recordType(rows.columns(), text.words(") AS body "));
            ConditionSql.where(plan.condition(), text);
        });
    }

    public static Write delete(ChangePlan plan, SchemaName schema) {
        return write(plan.returning(), schema, text -> {
            text.words("DELETE FROM ").relation(plan.relation()).words(" AS " + ROW);
            ConditionSql.where(plan.condition(), text);
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

    private static Write write(List<Output> returning, SchemaName schema, Consumer<SqlText> change) {
        var text = new SqlText(schema);
        if (returning.isEmpty()) {
            change.accept(text);
            return new Write(text.statement(), false);
        }
        change.accept(text.words("WITH changed AS ("));
        outputs(ROW, returning, text.words(" RETURNING "));
        text.words(") SELECT row_to_json(changed.*) AS body FROM changed");
        return new Write(text.statement(), true);
    }

    private static Write nothing(List<Output> returning, SchemaName schema) {
        var text = new SqlText(schema).words("SELECT NULL::pg_catalog.\"json\" AS body WHERE false");
        return new Write(text.statement(), !returning.isEmpty());
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

    // The limit stands in the text: PostgreSQL guesses a bound one as a tenth of the table, and then plans a page by
    // key
    // anew at every execution, which takes longer than reading it. An offset is guessed likewise, but is rarely there.
    private static void page(Page page, SqlText text) {
        text.words(" LIMIT ").number(page.limit(Page.LARGEST));
        if (page.offset() > 0) {
            text.words(" OFFSET ").value(Long.toString(page.offset()), "int8");
        }
    }

    private static void outputs(String source, List<Output> outputs, SqlText text) {
        for (int i = 0; i < outputs.size(); i++) {
            var output = outputs.get(i);
            text.separated(i, ", ").column(source, output.column());
            if (!output.name().equals(output.column().name())) {
                text.words(" AS ").name(output.name());
            }
        }
    }
}
