package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.SqlStates;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.shard.ShardError;
import java.util.List;
import java.util.Map;

/** Words the refusal of an admitted request for its caller. */
final class Refusals {

    // What can be wrong with a value's spelling.
    private static final String DATA_EXCEPTION = "22";

    private Refusals() {}

    /** Returns the failure as a problem where it is one of the client's making, else as it is. */
    static Throwable of(Throwable failure, DataRequest request) {
        return switch (failure) {
            case Problem problem -> told(problem, request);
            case QueryError error -> QueryProblems.of(error, allowed(request));
            case ShardError.Refused refused -> told(named(SqlStates.answer(refused), refused, request), request);
            default -> failure;
        };
    }

    private static List<String> allowed(DataRequest request) {
        var relation = request.catalog().relation(request.relation());
        return relation == null ? List.of() : Methods.of(relation);
    }

    private static Problem told(Problem problem, DataRequest request) {
        return request.callerClass() == CallerClass.ANON ? SqlStates.toAnonymous(problem) : problem;
    }

    // PostgreSQL quotes the value that it refused at the end of its message, and only there.
    private static Problem named(Problem problem, ShardError.Refused refused, DataRequest request) {
        var text = refused.text();
        var from = text.indexOf(": \"");
        if (!refused.sqlState().startsWith(DATA_EXCEPTION) || from < 0 || !text.endsWith("\"")) {
            return problem;
        }
        var value = text.substring(from + 3, text.length() - 1);
        var holders = request.parameters().stream()
                .filter(parameter -> parameter.getValue().contains(value))
                .map(Map.Entry::getKey)
                .distinct()
                .toList();
        return value.isEmpty() || holders.size() != 1 ? problem : problem.with("parameter", holders.getFirst());
    }
}
