package dev.rowhouse.app.openapi;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** The headers of answers. */
final class Headers {

    private static final Map<String, String> ALL = new TreeMap<>(Map.of(
            "Content-Range", "Which rows these are and, if counted, of how many: `0-19/3503` or `0-19/*`",
            "Content-Location", "The address of the answer, in one spelling",
            "ETag", "Identifies the state of the row as it is shown",
            "Idempotency-Replayed",
                    "`true` where the answer is that of an earlier request with the same `Idempotency-Key`",
            "Link", "Where the next rows are: `<…>; rel=\"next\"`",
            "Location", "The address of the row that was made",
            "Preference-Applied", "Which preferences were followed",
            "Retry-After", "Seconds after which another try makes sense"));

    private Headers() {}

    /** Returns references to the headers of these names. */
    static ObjectNode named(String... names) {
        var headers = Json.object();
        for (var name : names) {
            headers.set(name, Json.reference("headers", name));
        }
        return headers;
    }

    static ObjectNode components() {
        var headers = Json.object();
        ALL.forEach((name, description) -> {
            var header = Json.object().put("description", description);
            header.set("schema", Json.typed("string"));
            headers.set(name, header);
        });
        return headers;
    }
}
