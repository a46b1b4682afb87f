package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * In which state the client wants the row to be (RFC 9110, section 13).
 *
 * @param match of which one must be the row's, compared strongly; {@code *} is any row's; empty for no condition
 * @param noneMatch of which none may be the row's, compared weakly
 */
record Preconditions(List<String> match, List<String> noneMatch) {

    private static final String ANY = "*";
    private static final String WEAK = "W/";

    Preconditions {
        match = List.copyOf(match);
        noneMatch = List.copyOf(noneMatch);
    }

    static Preconditions of(HttpHeaders headers) {
        try {
            return new Preconditions(headers.getIfMatch(), headers.getIfNoneMatch());
        } catch (IllegalArgumentException _) {
            throw Problem.of(ProblemType.INVALID_REQUEST, "If-Match or If-None-Match is no list of entity tags")
                    .withHint("an entity tag stands in quotes: \"9f86d081\"");
        }
    }

    /** Fails if a write of any number of rows is bound to the state of one: it would be done whatever that state is. */
    static void refuseOn(DataRequest request) {
        var headers = request.headers();
        var safe = request.method().equals("GET") || request.method().equals("HEAD");
        if (!safe
                && (headers.containsHeader(HttpHeaders.IF_MATCH)
                        || headers.containsHeader(HttpHeaders.IF_NONE_MATCH))) {
            throw Problem.of(ProblemType.INVALID_REQUEST, "If-Match and If-None-Match speak of one row")
                    .withHint("address the row by its key: " + request.relation() + "/{id}");
        }
    }

    boolean isEmpty() {
        return match.isEmpty() && noneMatch.isEmpty();
    }

    /** @param tag the row's; null without a row */
    boolean isMatched(@Nullable String tag) {
        return match.isEmpty() || tag != null && (match.contains(ANY) || match.contains(tag));
    }

    /** Says whether {@code If-None-Match} names the row. */
    boolean names(@Nullable String tag) {
        return tag != null
                && noneMatch.stream()
                        .anyMatch(named -> named.equals(ANY) || strong(named).equals(tag));
    }

    /** Fails if a write of the row may not be. */
    void require(@Nullable String tag) {
        if (!isMatched(tag)) {
            throw failed(tag);
        }
        if (names(tag)) {
            throw Problem.of(ProblemType.PRECONDITION_FAILED, "the row is there, and If-None-Match names it")
                    .withHint("read the row, and change it with If-Match");
        }
    }

    static Problem failed(@Nullable String tag) {
        return Problem.of(
                        ProblemType.PRECONDITION_FAILED,
                        tag == null ? "there is no row with this key" : "the row is in another state")
                .withHint("read the row again and decide anew");
    }

    private static String strong(String tag) {
        return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
    }
}
