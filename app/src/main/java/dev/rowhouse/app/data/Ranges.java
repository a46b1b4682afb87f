package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Reads {@code Range} and writes {@code Content-Range}, in rows. */
final class Ranges {

    static final String CONTENT_RANGE = "Content-Range";

    private static final String UNIT = "items";

    private Ranges() {}

    /** Returns the {@code Range} header, or null where there is none or it counts something else than rows. */
    static @Nullable String header(HttpHeaders headers) {
        var range = headers.getFirst(HttpHeaders.RANGE);
        var unit = range == null ? null : headers.getFirst("Range-Unit");
        return unit == null || unit.equals(UNIT) ? range : null;
    }

    /** Returns the refusal of an offset behind the last of {@code total} rows. */
    static Problem behind(long offset, long total) {
        return Problem.of(ProblemType.RANGE_NOT_SATISFIABLE, "Requested range not satisfiable")
                .withCode("PGRST103")
                .withDetails("An offset of " + offset + " was requested, but there are only " + total + " rows.")
                .withHeader(CONTENT_RANGE, "*/" + total);
    }

    /**
     * Returns such as {@code 0-14/*}.
     *
     * @param rows in the answer; null for an unknown number
     * @param total null for an unknown number
     */
    static String of(long offset, @Nullable Long rows, @Nullable Long total) {
        var range = rows == null || rows == 0 ? "*" : offset + "-" + (offset + rows - 1);
        return range + "/" + (total == null ? "*" : total);
    }
}
