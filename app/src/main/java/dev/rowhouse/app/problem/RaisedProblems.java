package dev.rowhouse.app.problem;

import dev.rowhouse.tenancy.shard.ShardError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a tenant's function refuses in its own words: {@code RAISE SQLSTATE 'PT402'} names a status, {@code RAISE SQLSTATE
 * 'PGRST'} the whole answer, in JSON.
 */
final class RaisedProblems {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String WHOLE = "PGRST";
    private static final String STATUS = "PT";
    private static final int FAILED = 500;

    private RaisedProblems() {}

    static boolean raises(ShardError.Refused refused) {
        return refused.sqlState().equals(WHOLE) || refused.sqlState().startsWith(STATUS);
    }

    static Problem answer(ShardError.Refused refused) {
        return refused.sqlState().equals(WHOLE) ? whole(refused) : withStatus(refused);
    }

    private static Problem withStatus(ShardError.Refused refused) {
        return Problem.of(ProblemType.RAISED, HouseNames.scrubbed(refused.text()))
                .withStatus(status(refused.sqlState().substring(STATUS.length())))
                .withCode(refused.sqlState())
                .withDetails(HouseNames.scrubbedOrNull(refused.detail()))
                .withHint(HouseNames.scrubbedOrNull(refused.hint()));
    }

    // What is no number fails the request, as in PostgREST.
    private static int status(String digits) {
        return digits.matches("\\d{3}") && ResponseRules.isStatus(Integer.parseInt(digits))
                ? Integer.parseInt(digits)
                : FAILED;
    }

    private static Problem whole(ShardError.Refused refused) {
        var said = object(refused.text());
        if (said == null
                || !isText(said, "code")
                || !isText(said, "message")
                || !isNullableText(said, "details")
                || !isNullableText(said, "hint")) {
            return malformed(
                    "Invalid JSON value for MESSAGE: '" + refused.text() + "'",
                    "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: "
                            + "'details', 'hint'.");
        }
        var problem = Problem.of(ProblemType.RAISED, HouseNames.scrubbed(text(said, "message")))
                .withCode(text(said, "code"))
                .withDetails(HouseNames.scrubbedOrNull(nullableText(said, "details")))
                .withHint(HouseNames.scrubbedOrNull(nullableText(said, "hint")));
        var detail = refused.detail();
        if (detail == null) {
            return malformed("DETAIL is missing in the RAISE statement", null);
        }
        var answer = answered(problem, object(detail));
        return answer != null ? answer : malformed("Invalid JSON value for DETAIL: '" + detail + "'", null);
    }

    private static @Nullable Problem answered(Problem problem, @Nullable JsonNode detail) {
        if (detail == null
                || !detail.path("status").isInt()
                || !ResponseRules.isStatus(detail.get("status").intValue())
                || !detail.path("headers").isObject()) {
            return null;
        }
        var answer = problem.withStatus(detail.get("status").intValue());
        for (var header : detail.get("headers").properties()) {
            if (!header.getValue().isString()
                    || !ResponseRules.isGivable(header.getKey())
                    || !ResponseRules.isValue(header.getValue().stringValue())) {
                return null;
            }
            answer = answer.withHeader(header.getKey(), header.getValue().stringValue());
        }
        return answer;
    }

    private static Problem malformed(String details, @Nullable String hint) {
        return Problem.of(
                        ProblemType.RESPONSE_MALFORMED, "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error")
                .withCode("PGRST121")
                .withDetails(HouseNames.scrubbed(details))
                .withHint(
                        hint != null
                                ? hint
                                : "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional "
                                        + "key: 'status_text'.");
    }

    private static @Nullable JsonNode object(String json) {
        try {
            var node = JSON.readTree(json);
            return node.isObject() ? node : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean isText(JsonNode object, String member) {
        return object.path(member).isString();
    }

    private static boolean isNullableText(JsonNode object, String member) {
        return object.path(member).isMissingNode() || object.path(member).isNull() || isText(object, member);
    }

    private static String text(JsonNode object, String member) {
        return object.get(member).stringValue();
    }

    private static @Nullable String nullableText(JsonNode object, String member) {
        return isText(object, member) ? text(object, member) : null;
    }
}
