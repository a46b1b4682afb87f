package dev.rowhouse.app.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One operation in the making. */
final class Operation {

    static final String JSON = "application/json";
    static final String OBJECT = "application/vnd.pgrst.object+json";
    static final String CSV = "text/csv";
    static final String NDJSON = "application/x-ndjson";

    private final ObjectNode node = Json.object();
    private final List<JsonNode> parameters = new ArrayList<>();
    private final ObjectNode responses = Json.object();

    Operation(String tag, String id, String summary, String description) {
        node.set("tags", Json.texts(List.of(tag)));
        node.put("operationId", id).put("summary", summary);
        if (!description.isEmpty()) {
            node.put("description", description);
        }
    }

    /** Adds shared parameters by their keys. */
    Operation takes(Stream<String> keys) {
        Parameters.references(keys).forEach(parameters::add);
        return this;
    }

    Operation takes(ObjectNode parameter) {
        parameters.add(parameter);
        return this;
    }

    Operation body(ObjectNode content) {
        var body = node.putObject("requestBody").put("required", true);
        body.set("content", content);
        return this;
    }

    Operation answers(int status, String description, ObjectNode headers, ObjectNode content) {
        var response = responses.putObject(Integer.toString(status)).put("description", description);
        if (!headers.isEmpty()) {
            response.set("headers", headers);
        }
        if (!content.isEmpty()) {
            response.set("content", content);
        }
        return this;
    }

    Operation refuses(int... statuses) {
        Problems.refer(responses, statuses);
        return this;
    }

    ObjectNode node() {
        if (!parameters.isEmpty()) {
            node.set("parameters", Json.array(parameters));
        }
        node.set("responses", responses);
        return node;
    }

    /** Returns rows of the schema in every representation. */
    static ObjectNode rows(ObjectNode row) {
        var content = Json.object();
        content.set(JSON, Json.media(Json.arrayOf(row)));
        content.set(OBJECT, Json.media(row));
        content.set(CSV, Json.media(Json.typed("string")));
        content.set(NDJSON, Json.media(Json.typed("string")));
        return content;
    }

    static ObjectNode content(String mediaType, ObjectNode schema) {
        var content = Json.object();
        content.set(mediaType, Json.media(schema));
        return content;
    }
}
