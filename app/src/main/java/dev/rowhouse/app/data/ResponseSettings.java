package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.app.problem.ResponseRules;
import dev.rowhouse.tenancy.shard.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the blueprint's code asked for by {@code response.status} and {@code response.headers}.
 *
 * @param status null for what the answer would have anyway
 */
record ResponseSettings(@Nullable Integer status, List<Map.Entry<String, String>> headers) {

    private static final ResponseSettings NONE = new ResponseSettings(null, List.of());
    private static final int LONGEST = 8 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    /** Reads what a write's transaction asked for; a problem if that cannot be given. */
    static ResponseSettings of(Written written) {
        var head = written.head();
        return head == null ? NONE : of(head.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads the head of a call's answer; a problem if the function asked for what cannot be given. */
    static ResponseSettings of(byte[] head) {
        var settings = JSON.readTree(head);
        return new ResponseSettings(status(text(settings, "status")), headers(text(settings, "headers")));
    }

    /** Returns the number of results that the head of a call's answer tells; null if it was not asked for. */
    static @Nullable Total total(byte[] head) {
        var total = JSON.readTree(head).path("total");
        return total.isNumber() ? new Total(total.longValue(), true) : null;
    }

    /** Lets the answer have them when it goes out, whatever is set on it until then. */
    void applyTo(ServerHttpResponse response) {
        if (status == null && headers.isEmpty()) {
            return;
        }
        response.beforeCommit(() -> {
            if (MediaType.APPLICATION_PROBLEM_JSON.equals(response.getHeaders().getContentType())) {
                // Something failed after the function had its say.
                return Mono.empty();
            }
            if (status != null) {
                response.setStatusCode(HttpStatusCode.valueOf(status));
            }
            var replaced = new HashSet<String>();
            for (var header : headers) {
                // The first of a name takes the place of ours, the others stand beside it.
                if (replaced.add(header.getKey().toLowerCase(Locale.ROOT))) {
                    response.getHeaders().set(header.getKey(), header.getValue());
                } else {
                    response.getHeaders().add(header.getKey(), header.getValue());
                }
            }
            return Mono.empty();
        });
    }

    /** Says whether such an answer has no body (RFC 9110). */
    boolean isBodiless() {
        return status != null && (status == 204 || status == 205 || status == 304);
    }

    private static String text(JsonNode settings, String name) {
        return settings.path(name).stringValue("");
    }

    private static @Nullable Integer status(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (!text.matches("\\d{3}") || !ResponseRules.isStatus(Integer.parseInt(text))) {
            throw malformed("PGRST112", "response.status guc must be a valid status code", null);
        }
        return Integer.valueOf(text);
    }

    private static List<Map.Entry<String, String>> headers(String text) {
        var headers = new ArrayList<Map.Entry<String, String>>();
        if (text.isEmpty()) {
            return headers;
        }
        var array = text.length() > LONGEST ? null : array(text);
        if (array == null) {
            throw malformedHeaders(null);
        }
        for (var object : array) {
            if (!object.isObject() || object.size() != 1) {
                throw malformedHeaders(null);
            }
            object.properties().forEach(header -> headers.add(header(header.getKey(), header.getValue())));
        }
        return headers;
    }

    private static Map.Entry<String, String> header(String name, JsonNode value) {
        if (!value.isString()) {
            throw malformedHeaders(null);
        }
        if (!ResponseRules.isGivable(name)) {
            throw malformedHeaders("a function cannot give this header");
        }
        if (!ResponseRules.isValue(value.stringValue())) {
            throw malformedHeaders("a value does not fit one line of Latin-1");
        }
        return Map.entry(name, value.stringValue());
    }

    private static @Nullable JsonNode array(String text) {
        try {
            var node = JSON.readTree(text);
            return node.isArray() ? node : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Problem malformedHeaders(@Nullable String details) {
        return malformed(
                "PGRST111",
                "response.headers guc must be a JSON array composed of objects with a single key and a string value",
                details);
    }

    private static Problem malformed(String code, String message, @Nullable String details) {
        return Problem.of(ProblemType.RESPONSE_MALFORMED, message)
                .withCode(code)
                .withDetails(details);
    }
}
