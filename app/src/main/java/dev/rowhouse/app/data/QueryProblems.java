package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.util.List;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

/** Gives each refusal of the dialect its answer. */
public final class QueryProblems {

    private static final JsonMapper JSON = new JsonMapper();

    private QueryProblems() {}

    public static Problem of(QueryError error) {
        var type = typeOf(error);
        return detailed(Problem.of(type, error.text()), error)
                .withCode(error.code())
                .withHint(error.hint());
    }

    /** @param allow the methods that the request's relation takes, for where it does not take this one */
    static Problem of(QueryError error, List<String> allow) {
        var problem = of(error);
        return problem.type() == ProblemType.METHOD_NOT_ALLOWED
                ? problem.withHeader(HttpHeaders.ALLOW, String.join(", ", allow))
                : problem;
    }

    private static Problem detailed(Problem problem, QueryError error) {
        var details = error.details();
        return error.kind() == QueryError.Kind.AMBIGUOUS && details != null
                ? problem.withDetails(JSON.readTree(details))
                : problem.withDetails(details);
    }

    // Some codes have a status of their own in the dialect.
    private static ProblemType typeOf(QueryError error) {
        return switch (error.code()) {
            case "PGRST201", "PGRST203" -> ProblemType.AMBIGUOUS;
            case "PGRST101", "PGRST105", "PGRST117" -> ProblemType.METHOD_NOT_ALLOWED;
            case "PGRST106", "PGRST107", "PGRST116" -> ProblemType.NOT_ACCEPTABLE;
            case "PGRST125", "PGRST202", "PGRST205" -> ProblemType.RELATION_UNKNOWN;
            default ->
                switch (error.kind()) {
                    case MALFORMED -> ProblemType.INVALID_QUERY;
                    case NOT_FOUND -> ProblemType.RELATION_UNKNOWN;
                    case AMBIGUOUS -> ProblemType.AMBIGUOUS;
                    case NOT_ALLOWED -> ProblemType.METHOD_NOT_ALLOWED;
                    case NOT_SATISFIABLE -> ProblemType.RANGE_NOT_SATISFIABLE;
                    case TOO_LARGE -> ProblemType.BODY_TOO_LARGE;
                };
        };
    }
}
