package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Reads the header {@code Idempotency-Key}. */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";

    private static final int LONGEST = 255;

    private IdempotencyKey() {}

    /** Returns the key, or null if the request has none. */
    static @Nullable String of(HttpHeaders headers) {
        var keys = headers.get(HEADER);
        if (keys == null) {
            return null;
        }
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            throw Problem.of(
                    ProblemType.INVALID_REQUEST,
                    HEADER + " is not one key of 1 to " + LONGEST + " printable ASCII characters");
        }
        return keys.getFirst();
    }

    private static boolean isKey(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars().allMatch(character -> character >= ' ' && character < 0x7f);
    }
}
