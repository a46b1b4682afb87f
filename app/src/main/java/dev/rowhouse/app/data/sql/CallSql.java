package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Arguments;
import dev.rowhouse.app.data.plan.Arguments.Given;
import dev.rowhouse.app.data.plan.CallPlan;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import dev.rowhouse.tenancy.catalog.Routine.Argument.Mode;
import dev.rowhouse.tenancy.catalog.Routine.Result;
import dev.rowhouse.tenancy.shard.Read;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the call of a function. It always names the house's schema, and its arguments by name.
 *
 * <p>The head of its answer tells what the function asks for by {@code response.status} and {@code response.headers}: a
 * function among the row sources has run to its end before the first row leaves it.
 */
public final class CallSql {

    private CallSql() {}

    /** @param role that the statement is for: under another one it yields no row */
    public static Read call(CallPlan plan, Rendering rendering, SchemaName schema, RoleName role) {
        var text = new SqlText(schema).words("WITH called AS (SELECT ");
        called(plan, text);
        text.words(") SELECT answer.body, json_build_object(");
        text.words(plan.counted() ? "'total', total.head -> 'total', " : "")
                .words(ResponseSql.MEMBERS)
                .words(") AS head");
        // A value also for a call without arguments: the driver prepares nothing else.
        text.words(" FROM (SELECT WHERE current_user = ")
                .value(role.value(), "name")
                .words(") AS caller");
        if (plan.counted()) {
            total(plan.rows(), text.words(" CROSS JOIN LATERAL ("));
            text.words(") AS total");
        }
        results(plan, rendering, text.words(" LEFT JOIN LATERAL ("));
        return new Read(text.words(") AS answer ON true").statement(), false, true);
    }

    private static void called(CallPlan plan, SqlText text) {
        if (plan.function().result() == Result.RECORD) {
            // Among the row sources a record would need its columns named; as a value it knows them.
            invocation(plan, text);
            text.words(" AS value");
            if (plan.arguments() instanceof Arguments.Members members) {
                members(members, text.words(" FROM "));
            }
            return;
        }
        text.words("called.* FROM ");
        if (plan.arguments() instanceof Arguments.Members members) {
            members(members, text);
            text.words(", LATERAL ");
        }
        invocation(plan, text);
        text.words(" AS called");
        var names = plan.function().result() == Result.COMPOSITE ? plan.outputs() : List.of("value");
        for (int i = 0; i < names.size(); i++) {
            text.words(i == 0 ? "(" : ", ").name(names.get(i));
        }
        text.words(names.isEmpty() ? "" : ")");
    }

    private static void total(@Nullable RowsPlan rows, SqlText text) {
        if (rows == null) {
            text.words("SELECT json_build_object('total', (SELECT count(*) FROM called)) AS head");
        } else {
            RowsSql.total(rows, Count.EXACT, text);
        }
    }

    private static void results(CallPlan plan, Rendering rendering, SqlText text) {
        var rows = plan.rows();
        if (rows != null) {
            RowsSql.answer(rows, rendering, text);
            return;
        }
        text.words(
                switch (plan.function().result()) {
                    case VOID -> "SELECT NULL::pg_catalog.\"json\" AS body FROM called";
                    case SCALAR, RECORD -> "SELECT " + value(plan, rendering) + " AS body FROM called";
                    case COMPOSITE -> "SELECT " + rendering.of("called.*") + " AS body FROM called";
                });
        Level.page(plan.page(), text);
    }

    private static String value(CallPlan plan, Rendering rendering) {
        if (plan.mediaType() != null) {
            return plan.function().returns().category() == Category.BINARY
                    ? "encode(called.value, 'hex')"
                    : "called.value::pg_catalog.\"text\"";
        }
        var json = "coalesce(to_json(called.value), 'null'::pg_catalog.\"json\")";
        return switch (rendering) {
            case JSON, CSV -> json;
            case STRIPPED -> "json_strip_nulls(" + json + ")";
        };
    }

    private static void members(Arguments.Members members, SqlText text) {
        text.words("json_to_record(").value(members.json(), "json");
        text.words(members.listed() ? " -> 0) AS arguments(" : ") AS arguments(");
        for (int i = 0; i < members.given().size(); i++) {
            var argument = members.given().get(i);
            text.separated(i, ", ").name(argument.name()).words(" ").type(argument.type());
        }
        text.words(")");
    }

    private static void invocation(CallPlan plan, SqlText text) {
        text.routine(plan.function().name()).words("(");
        switch (plan.arguments()) {
            case Arguments.Unnamed(var argument, var value) -> text.value(value, argument.type());
            case Arguments.Texts(var given) -> texts(given, text);
            case Arguments.Members(var given, var _, var _) -> {
                for (int i = 0; i < given.size(); i++) {
                    var argument = given.get(i);
                    named(argument, i, text).words("arguments.").name(argument.name());
                }
            }
        }
        text.words(")");
    }

    private static void texts(List<Given> given, SqlText text) {
        for (int i = 0; i < given.size(); i++) {
            var argument = given.get(i).argument();
            named(argument, i, text);
            if (argument.mode() == Mode.VARIADIC) {
                text.values(given.get(i).values(), argument.type());
            } else {
                text.value(given.get(i).values().getFirst(), argument.type());
            }
        }
    }

    private static SqlText named(Argument argument, int index, SqlText text) {
        text.separated(index, ", ").words(argument.mode() == Mode.VARIADIC ? "VARIADIC " : "");
        return text.name(argument.name()).words(" => ");
    }
}
