package dev.rowhouse.app.conformance;

import java.util.List;
import java.util.Locale;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * One request and the answer that the reference promises.
 *
 * @param target as a reader would write it: what a URL cannot hold is encoded when it is sent
 * @param headers one without a value is not sent, not even where it goes without saying
 * @param expectedHeaders a subset of the answer's; an empty value stands for a header that must be missing
 * @param expectedBody the empty text for an answer without a body, null for one that does not matter
 */
record Exchange(
        String method,
        String target,
        List<Entry<String, String>> headers,
        String body,
        int expectedStatus,
        List<Entry<String, String>> expectedHeaders,
        @Nullable String expectedBody) {

    private static final String CALLER = "as";

    Exchange {
        headers = List.copyOf(headers);
        expectedHeaders = List.copyOf(expectedHeaders);
    }

    /** Returns who asks: {@code anon} unless the transcript names another. */
    String caller() {
        return headers.stream()
                .filter(header -> isCaller(header.getKey()))
                .map(Entry::getValue)
                .findFirst()
                .orElse("anon");
    }

    List<Entry<String, String>> sentHeaders() {
        return headers.stream()
                .filter(header ->
                        !isCaller(header.getKey()) && !header.getValue().isEmpty())
                .toList();
    }

    boolean names(String header) {
        return headers.stream().anyMatch(named -> named.getKey().equalsIgnoreCase(header));
    }

    private static boolean isCaller(String header) {
        return header.toLowerCase(Locale.ROOT).equals(CALLER);
    }
}
