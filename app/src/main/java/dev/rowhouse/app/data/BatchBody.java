package dev.rowhouse.app.data;

import dev.rowhouse.app.data.Batch.Call;
import dev.rowhouse.app.edge.LenientUrls;
import dev.rowhouse.app.problem.JsonFault;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.shard.Isolation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of {@code /tx/v1}; what is not understood is refused with its place. */
final class BatchBody {

    private static final int MOST_CALLS = 100;
    private static final int LONGEST_PATH = 16 * 1024;
    private static final int DEEPEST = 64 + 4;
    private static final String ROOT = "/rest/v1/";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE");
    // Who calls, and once for all calls or not, is said by the request as a whole.
    private static final Set<String> HEADERS = Set.of(
            "accept",
            "accept-profile",
            "content-profile",
            "content-type",
            "if-match",
            "if-none-match",
            "prefer",
            "range",
            "range-unit");

    // A number is handed on as the client wrote it.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private BatchBody() {}

    static Batch read(byte[] body) {
        var object = object(body);
        only(object, "", "isolation", "read_only", "calls");
        var calls = new ArrayList<Call>();
        var listed = object.path("calls");
        if (!listed.isArray() || listed.isEmpty() || listed.size() > MOST_CALLS) {
            throw malformed("'calls' is no array of 1 to " + MOST_CALLS + " calls");
        }
        for (int i = 0; i < listed.size(); i++) {
            calls.add(call(listed.get(i), "calls[" + i + "]"));
        }
        return new Batch(isolation(object.path("isolation")), flag(object.path("read_only")), calls);
    }

    private static JsonNode object(byte[] body) {
        try {
            var node = JSON.readTree(body);
            if (!node.isObject()) {
                throw malformed("the body is no object with 'calls'");
            }
            return node;
        } catch (JacksonException fault) {
            throw Problem.of(ProblemType.INVALID_JSON, JsonFault.text(fault));
        } catch (NumberFormatException fault) {
            throw JsonFault.numberOutOfRange();
        }
    }

    private static Call call(JsonNode node, String at) {
        if (!node.isObject()) {
            throw malformed("'" + at + "' is no object");
        }
        only(node, at + ".", "method", "path", "headers", "body");
        var method = text(node, "method", at);
        if (!METHODS.contains(method)) {
            throw malformed("'" + at + ".method' is none of "
                    + METHODS.stream().sorted().collect(Collectors.joining(", ")));
        }
        var headers = headers(node.path("headers"), at);
        var address = address(text(node, "path", at), at);
        var query = address.indexOf('?');
        return new Call(
                method,
                query < 0 ? address : address.substring(0, query),
                query < 0 ? null : address.substring(query + 1),
                headers,
                body(node.get("body"), headers.get("content-type"), at));
    }

    private static String address(String path, String at) {
        if (!path.startsWith(ROOT) || path.length() == ROOT.length() || path.length() > LONGEST_PATH) {
            throw malformed("'" + at + ".path' is no path of at most " + LONGEST_PATH + " characters below " + ROOT);
        }
        var bytes =
                new String(path.substring(ROOT.length()).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return LenientUrls.escaped(bytes);
    }

    private static Map<String, String> headers(JsonNode node, String at) {
        if (node.isMissingNode()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw malformed("'" + at + ".headers' is no object");
        }
        var headers = new TreeMap<String, String>();
        for (var header : node.properties()) {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HEADERS.contains(name)) {
                throw malformed("'" + at + ".headers' has '" + header.getKey() + "' (allowed: "
                        + HEADERS.stream().sorted().collect(Collectors.joining(", ")) + ")");
            }
            var value = header.getValue();
            if (!value.isString() || value.stringValue().chars().anyMatch(Character::isISOControl)) {
                throw malformed("'" + at + ".headers." + header.getKey() + "' is no text on one line");
            }
            if (headers.put(name, value.stringValue()) != null) {
                throw malformed("'" + at + ".headers' has '" + name + "' twice");
            }
        }
        return headers;
    }

    /** JSON stands as it is; a body of another type is a text. */
    private static byte[] body(@Nullable JsonNode node, @Nullable String contentType, String at) {
        if (node == null) {
            return new byte[0];
        }
        if (contentType == null || isJson(contentType, at)) {
            return JSON.writeValueAsBytes(node);
        }
        if (!node.isString()) {
            throw malformed("'" + at + ".body' is no text, as " + contentType + " is");
        }
        return node.stringValue().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isJson(String contentType, String at) {
        try {
            var type = MediaType.parseMediaType(contentType);
            return type.getSubtype().equals("json") || type.getSubtype().endsWith("+json");
        } catch (IllegalArgumentException _) {
            throw malformed("'" + at + ".headers.content-type' is no media type");
        }
    }

    private static Isolation isolation(JsonNode node) {
        if (node.isMissingNode()) {
            return Isolation.READ_COMMITTED;
        }
        return switch (node.isString() ? node.stringValue().toLowerCase(Locale.ROOT) : "") {
            case "read committed" -> Isolation.READ_COMMITTED;
            case "repeatable read" -> Isolation.REPEATABLE_READ;
            case "serializable" -> Isolation.SERIALIZABLE;
            default -> throw malformed("'isolation' is none of read committed, repeatable read, serializable");
        };
    }

    private static boolean flag(JsonNode node) {
        if (!node.isMissingNode() && !node.isBoolean()) {
            throw malformed("'read_only' is neither true nor false");
        }
        return node.isBoolean() && node.booleanValue();
    }

    private static String text(JsonNode node, String member, String at) {
        var value = node.path(member);
        if (!value.isString()) {
            throw malformed("'" + at + "." + member + "' is no text");
        }
        return value.stringValue();
    }

    private static void only(JsonNode object, String at, String... known) {
        var members = List.of(known);
        for (var name : object.propertyNames()) {
            if (!members.contains(name)) {
                throw malformed("'" + at + name + "' is not known (expected: " + String.join(", ", members) + ")");
            }
        }
    }

    private static Problem malformed(String message) {
        return Problem.of(ProblemType.INVALID_REQUEST, message);
    }
}
