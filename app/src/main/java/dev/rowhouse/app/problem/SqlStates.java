package dev.rowhouse.app.problem;

import dev.rowhouse.tenancy.shard.ShardError;

/** PostgreSQL's refusals by SQLSTATE: near PostgREST's table, so that its clients find what they know. */
public final class SqlStates {

    private static final int SOON = 1;

    private SqlStates() {}

    /** Returns the answer, in PostgreSQL's words without our own names. */
    public static Problem answer(ShardError.Refused refused) {
        var type = typeOf(refused.sqlState());
        if (type == ProblemType.INTERNAL_ERROR) {
            return Problem.of(type, "the database failed; the trace id leads to the reason")
                    .withCode(refused.sqlState());
        }
        var problem = Problem.of(type, HouseNames.scrubbed(refused.text()))
                .withCode(refused.sqlState())
                .withDetails(HouseNames.scrubbedOrNull(refused.detail()))
                .withHint(HouseNames.scrubbedOrNull(refused.hint()));
        return type.status().value() == 503 ? problem.retryAfter(SOON) : problem;
    }

    static ProblemType typeOf(String sqlState) {
        return switch (sqlState) {
            case "23505", "23503", "23P01" -> ProblemType.CONSTRAINT_VIOLATED;
            case "42501" -> ProblemType.PERMISSION_DENIED;
            case "42P01", "42883" -> ProblemType.RELATION_UNKNOWN;
            case "57014" -> ProblemType.STATEMENT_TIMEOUT;
            case "40001", "40P01" -> ProblemType.TRANSACTION_CONFLICT;
            case "55P03" -> ProblemType.BUSY;
            default -> ofClass(sqlState);
        };
    }

    private static ProblemType ofClass(String sqlState) {
        var errorClass = sqlState.length() < 2 ? "" : sqlState.substring(0, 2);
        return switch (errorClass) {
            case "22", "23" -> ProblemType.VALUE_REFUSED;
            case "08", "28", "57", "58" -> ProblemType.SHARD_UNAVAILABLE;
            case "53" -> ProblemType.BUSY;
            case "F0", "XX" -> ProblemType.INTERNAL_ERROR;
            default -> ProblemType.STATEMENT_REFUSED;
        };
    }
}
