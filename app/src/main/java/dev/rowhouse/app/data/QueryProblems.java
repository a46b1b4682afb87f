package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;

/** Gives each refusal of the dialect its answer. */
final class QueryProblems {

    private QueryProblems() {}

    static Problem of(QueryError error) {
        var type = switch (error.kind()) {
            case MALFORMED -> ProblemType.INVALID_QUERY;
            case NOT_FOUND -> ProblemType.RELATION_UNKNOWN;
            case NOT_ALLOWED -> ProblemType.METHOD_NOT_ALLOWED;
            case NOT_SATISFIABLE -> ProblemType.RANGE_NOT_SATISFIABLE;
            case TOO_LARGE -> ProblemType.BODY_TOO_LARGE;
        };
        var problem = Problem.of(type, error.text())
                .withCode(error.code())
                .withDetails(error.details())
                .withHint(error.hint());
        return type == ProblemType.METHOD_NOT_ALLOWED ? problem.withHeader("Allow", "GET, HEAD") : problem;
    }
}
