package dev.rowhouse.app.data;

import dev.rowhouse.app.data.limits.Use;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** Tells what a request of {@code /rest/v1} is going to use, by its first line and its headers alone. */
final class Uses {

    private static final String PLAN = "application/vnd.pgrst.plan";

    private Uses() {}

    /** @param rawPath below {@code /rest/v1/} */
    static Use of(ServerHttpRequest request, String rawPath) {
        var headers = request.getHeaders();
        if (contains(headers.getFirst(HttpHeaders.ACCEPT), PLAN)) {
            return Use.LOOK;
        }
        return switch (request.getMethod().name()) {
            case "GET", "HEAD", "OPTIONS" ->
                isStream(headers.getFirst(HttpHeaders.ACCEPT))
                        ? Use.BULK
                        : DataCalls.isOfFunction(rawPath) ? Use.CALL : Use.READ;
            default ->
                isStream(headers.getFirst(HttpHeaders.CONTENT_TYPE))
                        ? Use.BULK
                        : DataCalls.isOfFunction(rawPath) ? Use.WRITING_CALL : Use.WRITE;
        };
    }

    private static boolean isStream(@Nullable String types) {
        return contains(types, Bodies.NDJSON.toString()) || contains(types, Bodies.CSV.toString());
    }

    private static boolean contains(@Nullable String types, String type) {
        return types != null && types.contains(type);
    }
}
