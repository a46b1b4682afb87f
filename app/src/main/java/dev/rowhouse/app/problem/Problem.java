package dev.rowhouse.app.problem;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;

/** One RFC 9457 answer, raised where the request is refused. Immutable; carries no stack trace. */
public final class Problem extends RuntimeException {

    private final ProblemType type;
    private final int status;
    private final String code;
    private final @Nullable Object details;
    private final @Nullable String hint;
    private final Map<String, String> headers;
    private final Map<String, Object> members;

    private Problem(
            ProblemType type,
            int status,
            String message,
            String code,
            @Nullable Object details,
            @Nullable String hint,
            Map<String, String> headers,
            Map<String, Object> members) {
        super(message, null, false, false);
        this.type = type;
        this.status = status;
        this.code = code;
        this.details = details;
        this.hint = hint;
        this.headers = headers;
        this.members = members;
    }

    /** @param message says what was refused, in words fit for the caller */
    public static Problem of(ProblemType type, String message) {
        return new Problem(type, type.status().value(), message, type.code(), null, null, Map.of(), Map.of());
    }

    /** Returns the answer that an error gets, whoever raised it. */
    public static Problem of(Throwable error) {
        return Answers.to(error);
    }

    /** Returns it as another type, with the code it has. */
    public Problem withType(ProblemType otherType) {
        return new Problem(otherType, otherType.status().value(), message(), code, details, hint, headers, members);
    }

    /** Returns it with another code than its type's, such as a SQLSTATE. */
    public Problem withCode(String otherCode) {
        return new Problem(type, status, message(), otherCode, details, hint, headers, members);
    }

    /** Returns it with another status than its type's. */
    public Problem withStatus(int otherStatus) {
        return new Problem(type, otherStatus, message(), code, details, hint, headers, members);
    }

    public Problem withDetails(@Nullable String text) {
        return new Problem(type, status, message(), code, text, hint, headers, members);
    }

    /** Returns it with details that programs read. */
    public Problem withDetails(JsonNode json) {
        return new Problem(type, status, message(), code, json, hint, headers, members);
    }

    public Problem withHint(@Nullable String text) {
        return new Problem(type, status, message(), code, details, text, headers, members);
    }

    public Problem withHeader(String name, String value) {
        return new Problem(type, status, message(), code, details, hint, with(headers, name, value), members);
    }

    /** Returns it with a further extension member. */
    public Problem with(String name, Object value) {
        return new Problem(type, status, message(), code, details, hint, headers, with(members, name, value));
    }

    /** Returns it telling clients to come back after {@code seconds}. */
    public Problem retryAfter(int seconds) {
        return withHeader(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
    }

    public ProblemType type() {
        return type;
    }

    /** Says whether it is for the log, because nothing that the client did explains it. */
    public boolean isOurFault() {
        return type == ProblemType.INTERNAL_ERROR;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** Returns what its answer's headers tell beside the document. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Returns the document's members in the order they are written. */
    Map<String, @Nullable Object> document(@Nullable String traceId) {
        var document = new LinkedHashMap<String, @Nullable Object>();
        document.put("type", type.uri());
        document.put("title", type.title());
        document.put("status", status);
        document.put("detail", message());
        document.put("code", code);
        document.put("message", message());
        document.put("details", details);
        document.put("hint", hint);
        document.putAll(members);
        document.put("trace_id", traceId);
        return document;
    }

    private String message() {
        return String.valueOf(getMessage());
    }

    private static <V> Map<String, V> with(Map<String, V> map, String name, V value) {
        var longer = new LinkedHashMap<>(map);
        longer.put(name, value);
        return longer;
    }
}
