package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** How rows stand in an answer. */
enum Layout {
    /** One JSON array. */
    ARRAY(MediaType.APPLICATION_JSON, "[", ",", "]"),
    /** One row per line. */
    LINES(MediaType.parseMediaType("application/x-ndjson"), "", "\n", "\n");

    private final MediaType mediaType;
    private final byte[] before;
    private final byte[] between;
    private final byte[] after;

    Layout(MediaType mediaType, String before, String between, String after) {
        this.mediaType = mediaType;
        this.before = before.getBytes(StandardCharsets.US_ASCII);
        this.between = between.getBytes(StandardCharsets.US_ASCII);
        this.after = after.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the layout that the client takes; a problem (406) if it takes none. */
    static Layout acceptedBy(HttpHeaders headers) {
        var accept = headers.getFirst(HttpHeaders.ACCEPT);
        if (accept == null || accept.equals("*/*") || accept.equals("application/json")) {
            return ARRAY;
        }
        for (var wanted : headers.getAccept()) {
            for (var layout : values()) {
                if (wanted.getQualityValue() > 0 && wanted.includes(layout.mediaType)) {
                    return layout;
                }
            }
        }
        throw Problem.of(ProblemType.NOT_ACCEPTABLE, "none of the accepted media types is available")
                .withCode("PGRST107")
                .withHint("available: application/json, application/x-ndjson");
    }

    MediaType mediaType() {
        return mediaType;
    }

    byte[] before() {
        return before;
    }

    byte[] between() {
        return between;
    }

    /** What ends an answer; no line ends where there is none. */
    byte[] after(long rows) {
        return this == LINES && rows == 0 ? before : after;
    }
}
