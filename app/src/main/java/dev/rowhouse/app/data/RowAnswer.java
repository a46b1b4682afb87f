package dev.rowhouse.app.data;

import dev.rowhouse.app.inner.HeldAnswer;
import dev.rowhouse.app.inner.InnerRequest;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/** The one row of a relation's answer: between what is asked of the relation and what the client gets to see. */
record RowAnswer(byte[] json) {

    private static final String CONTENT_RANGE = "Content-Range";
    private static final String PREFER = "Prefer";
    private static final String APPLIED = "Preference-Applied";
    private static final String COUNT = "count=";
    private static final String COUNTED = "count=exact";
    private static final String TIMEZONE = "timezone=";
    private static final MediaType OBJECT = MediaType.parseMediaType("application/vnd.pgrst.object+json");
    private static final int TAG_LENGTH = 32;

    /** Returns the row of an array of one; empty where the answer has none. */
    static Optional<RowAnswer> row(HeldAnswer answer) {
        var body = answer.body();
        return body.length <= 2
                ? Optional.empty()
                : Optional.of(new RowAnswer(Arrays.copyOfRange(body, 1, body.length - 1)));
    }

    /** Fails if the client takes no JSON. */
    static void requireAccepted(HttpHeaders headers) {
        var accepted = headers.getAccept();
        var takesJson = accepted.stream()
                .filter(type -> type.getQualityValue() > 0)
                .anyMatch(type -> type.includes(MediaType.APPLICATION_JSON) || type.includes(OBJECT));
        if (!accepted.isEmpty() && !takesJson) {
            throw Problem.of(ProblemType.NOT_ACCEPTABLE, "one row is available as JSON alone")
                    .withCode("PGRST107")
                    .withHint("available: application/json");
        }
    }

    static InnerRequest asJson(InnerRequest request) {
        return request.header(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE)
                .header(HttpHeaders.RANGE, null)
                .header(IdempotencyKey.HEADER, null)
                .header(HttpHeaders.IF_MATCH, null)
                .header(HttpHeaders.IF_NONE_MATCH, null);
    }

    /** Asks how many rows a write changed, beside what the client prefers. */
    static InnerRequest counted(InnerRequest request) {
        return request.alsoHeader(PREFER, COUNTED);
    }

    /** Returns the preference of a time zone, on which a row's JSON depends; null without one. */
    static @Nullable String timezone(HttpHeaders headers) {
        return headers.getOrEmpty(PREFER).stream()
                .flatMap(header -> Stream.of(header.split(",")))
                .map(String::strip)
                .filter(preference -> preference.startsWith(TIMEZONE))
                .findFirst()
                .orElse(null);
    }

    /** Says whether a counted write found no row. */
    static boolean changedNothing(HeldAnswer answer) {
        var range = answer.headers().getFirst(CONTENT_RANGE);
        return range != null && range.endsWith("/0");
    }

    /** Says whether an answer has more rows than one. */
    static boolean showsMany(HeldAnswer answer) {
        var range = answer.headers().getFirst(CONTENT_RANGE);
        return range != null && range.startsWith("0-") && !range.startsWith("0-0/");
    }

    /** Returns a write's answer that shows no row. */
    static HeldAnswer silent(HeldAnswer answer) {
        return new HeldAnswer(answer.status(), headers(answer), answer.body());
    }

    String tag() {
        return '"' + Digest.hex(json).substring(0, TAG_LENGTH) + '"';
    }

    HeldAnswer shown(HeldAnswer answer, HttpStatusCode status) {
        var headers = headers(answer);
        headers.setETag(tag());
        headers.setContentType(MediaType.APPLICATION_JSON);
        return new HeldAnswer(status, headers, json);
    }

    HeldAnswer unchanged(HeldAnswer answer) {
        var headers = headers(answer);
        headers.setETag(tag());
        headers.remove(HttpHeaders.CONTENT_TYPE);
        return new HeldAnswer(HttpStatus.NOT_MODIFIED, headers, new byte[0]);
    }

    // What speaks of a list of rows is left out, and of the preferences the count, which is not the client's.
    private static HttpHeaders headers(HeldAnswer answer) {
        var headers = new HttpHeaders();
        headers.putAll(answer.headers());
        headers.remove(CONTENT_RANGE);
        headers.remove("Range-Unit");
        headers.remove(HttpHeaders.CONTENT_LOCATION);
        headers.remove(HttpHeaders.CONTENT_LENGTH);
        var applied = headers.getFirst(APPLIED);
        if (applied != null) {
            var others = Stream.of(applied.split(","))
                    .map(String::strip)
                    .filter(preference -> !preference.startsWith(COUNT))
                    .toList();
            if (others.isEmpty()) {
                headers.remove(APPLIED);
            } else {
                headers.set(APPLIED, String.join(", ", others));
            }
        }
        return headers;
    }
}
