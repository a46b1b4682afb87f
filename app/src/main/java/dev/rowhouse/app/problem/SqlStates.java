package dev.rowhouse.app.problem;

import dev.rowhouse.tenancy.shard.ShardError;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** PostgreSQL's refusals by SQLSTATE: near PostgREST's table, so that its clients find what they know. */
public final class SqlStates {

    private static final int SOON = 1;

    private SqlStates() {}

    /** Returns the answer, in PostgreSQL's words without our own names. */
    public static Problem answer(ShardError.Refused refused) {
        if (RaisedProblems.raises(refused)) {
            return RaisedProblems.answer(refused);
        }
        var type = typeOf(refused.sqlState());
        if (type == ProblemType.INTERNAL_ERROR) {
            return Problem.of(type, "the database failed; the trace id leads to the reason")
                    .withCode(refused.sqlState());
        }
        var problem = Problem.of(type, HouseNames.scrubbed(refused.text()))
                .withCode(refused.sqlState())
                .withDetails(HouseNames.scrubbedOrNull(refused.detail()))
                .withHint(HouseNames.scrubbedOrNull(refused.hint()));
        return switch (type) {
            case METHOD_NOT_ALLOWED -> problem.withHeader(HttpHeaders.ALLOW, "OPTIONS, POST");
            default -> type.status() == HttpStatus.SERVICE_UNAVAILABLE ? problem.retryAfter(SOON) : problem;
        };
    }

    /**
     * Returns what is told to a caller without a user: where a privilege is missing, that a user is wanted.
     *
     * @param problem as it would be told to a user
     */
    public static Problem toAnonymous(Problem problem) {
        return problem.type() == ProblemType.PERMISSION_DENIED && !isRoleError(problem.code())
                ? problem.withType(ProblemType.UNAUTHENTICATED).withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                : problem;
    }

    // Which role code of the blueprint takes is not up to the caller, as in PostgREST's table.
    private static boolean isRoleError(String sqlState) {
        return sqlState.startsWith("0L") || sqlState.startsWith("0P");
    }

    static ProblemType typeOf(String sqlState) {
        return switch (sqlState) {
            case "23505", "23503", "23P01" -> ProblemType.CONSTRAINT_VIOLATED;
            case "25006" -> ProblemType.METHOD_NOT_ALLOWED;
            case "42501" -> ProblemType.PERMISSION_DENIED;
            case "42P01", "42883" -> ProblemType.RELATION_UNKNOWN;
            case "42P17" -> ProblemType.BLUEPRINT_FAILED;
            case "57014", "25P04" -> ProblemType.STATEMENT_TIMEOUT;
            case "40001", "40P01" -> ProblemType.TRANSACTION_CONFLICT;
            case "55P03" -> ProblemType.BUSY;
            // A login of ours; whatever else the class says comes from the blueprint's code.
            case "28P01" -> ProblemType.SHARD_UNAVAILABLE;
            case "P0001" -> ProblemType.STATEMENT_REFUSED;
            default -> ofClass(sqlState);
        };
    }

    private static ProblemType ofClass(String sqlState) {
        var errorClass = sqlState.length() < 2 ? "" : sqlState.substring(0, 2);
        return switch (errorClass) {
            case "0L", "0P", "28" -> ProblemType.PERMISSION_DENIED;
            case "22", "23" -> ProblemType.VALUE_REFUSED;
            case "08", "57", "58" -> ProblemType.SHARD_UNAVAILABLE;
            case "40" -> ProblemType.TRANSACTION_CONFLICT;
            case "53" -> ProblemType.BUSY;
            case "09", "25", "2D", "38", "39", "3B", "HV", "P0" -> ProblemType.BLUEPRINT_FAILED;
            case "F0", "XX" -> ProblemType.INTERNAL_ERROR;
            default -> ProblemType.STATEMENT_REFUSED;
        };
    }
}
