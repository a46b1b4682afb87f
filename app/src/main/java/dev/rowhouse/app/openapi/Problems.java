package dev.rowhouse.app.openapi;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** What every refusal looks like, and which there are. */
final class Problems {

    static final String SCHEMA = "Problem";

    private static final Map<Integer, String> MEANINGS = new TreeMap<>(Map.ofEntries(
            Map.entry(400, "The query, a header or the body is malformed, or the database refused a value"),
            Map.entry(401, "The credential is no longer valid"),
            Map.entry(403, "The caller may not do this, or the tenant is suspended"),
            Map.entry(404, "There is no such relation, function or row, or no such tenant for this caller"),
            Map.entry(405, "The method is not allowed here"),
            Map.entry(406, "No representation fits `Accept`, or the rows are not exactly one where one was asked for"),
            Map.entry(409, "A constraint stands against it, or a request with this key is still running"),
            Map.entry(412, "The row is in another state than `If-Match` or `If-None-Match` asks for"),
            Map.entry(413, "The body or the answer is too large"),
            Map.entry(415, "The body's media type is not understood here"),
            Map.entry(416, "The range lies behind the last row"),
            Map.entry(422, "The `Idempotency-Key` belongs to another request"),
            Map.entry(429, "Too many requests; `Retry-After` says when to come back"),
            Map.entry(503, "The tenant's database is unavailable or busy; `Retry-After` says when to come back")));

    private static final List<Integer> COME_BACK = List.of(429, 503);

    private Problems() {}

    /** Adds references to the refusals of these statuses. */
    static void refer(ObjectNode responses, int... statuses) {
        for (var status : statuses) {
            responses.set(Integer.toString(status), Json.reference("responses", key(status)));
        }
    }

    static ObjectNode responses() {
        var responses = Json.object();
        MEANINGS.forEach((status, meaning) -> {
            var response = Json.object().put("description", meaning);
            if (COME_BACK.contains(status)) {
                response.set("headers", Headers.named("Retry-After"));
            }
            var content = response.putObject("content");
            content.set("application/problem+json", Json.media(Json.reference("schemas", SCHEMA)));
            responses.set(key(status), response);
        });
        return responses;
    }

    private static String key(int status) {
        return "Problem" + status;
    }

    static ObjectNode schema() {
        var schema = Json.typed("object")
                .put("description", "A refusal, as RFC 9457 has it, with the members of the dialect");
        var properties = schema.putObject("properties");
        text(properties, "type", "Identifies the kind of problem").put("format", "uri-reference");
        text(properties, "title", "The kind of problem in words");
        properties.set("status", Json.typed("integer").put("format", "int32").put("description", "The HTTP status"));
        text(properties, "detail", "What was refused");
        text(properties, "code", "A code of the dialect (`PGRST…`), an SQLSTATE or the name of the problem");
        text(properties, "message", "What was refused; the same as `detail`");
        nullable(properties, "details", "Where or why");
        nullable(properties, "hint", "What may help");
        nullable(properties, "trace_id", "The trace under which the operators find the request");
        schema.set("required", Json.texts(List.of("type", "title", "status", "code", "message")));
        return schema;
    }

    private static ObjectNode text(ObjectNode properties, String name, String description) {
        var text = Json.typed("string").put("description", description);
        properties.set(name, text);
        return text;
    }

    private static void nullable(ObjectNode properties, String name, String description) {
        var value = Json.object();
        value.set("type", Json.texts(List.of("string", "null")));
        properties.set(name, value.put("description", description));
    }
}
