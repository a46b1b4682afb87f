package dev.rowhouse.app.conformance;

import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the application answered, and what of it is not as promised. */
record Reply(int status, HttpHeaders headers, String body) {

    /** Before items that a list must have among others. */
    private static final String AMONG_OTHERS = "includes ";

    private static final Set<String> LISTS = Set.of("Allow", "Preference-Applied", "Access-Control-Allow-Methods");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @param base what stands before every path of the tenant */
    List<String> differences(Exchange promised, String base) {
        var found = new ArrayList<String>();
        if (status != promised.expectedStatus()) {
            found.add("status " + status + " and not " + promised.expectedStatus());
        }
        for (var header : promised.expectedHeaders()) {
            var expected = header.getValue().replace("{base}", base);
            var actual = String.join(", ", headers.allValues(header.getKey()));
            if (!sameHeader(header.getKey(), expected, actual)) {
                found.add(header.getKey() + ": " + actual + " and not " + expected);
            }
        }
        var expectedBody = promised.expectedBody();
        if (expectedBody != null && !promised.method().equals("HEAD") && !sameBody(expectedBody)) {
            found.add("another body");
        }
        return found;
    }

    private static boolean sameHeader(String name, String expected, String actual) {
        if (expected.equals(Json.ANY)) {
            return !actual.isEmpty();
        }
        if (expected.startsWith(AMONG_OTHERS)) {
            return items(actual).containsAll(items(expected.substring(AMONG_OTHERS.length())));
        }
        if (name.equals("Content-Type")) {
            return actual.replace(" ", "").equalsIgnoreCase(expected.replace(" ", ""));
        }
        return LISTS.contains(name) ? items(actual).equals(items(expected)) : actual.equals(expected);
    }

    private static Set<String> items(String list) {
        return Arrays.stream(list.split(","))
                .map(item -> item.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private boolean sameBody(String expected) {
        if (expected.isEmpty()) {
            return body.isEmpty();
        }
        var expectedJson = json(expected);
        var actualJson = json(body);
        if (expectedJson == null || actualJson == null) {
            return isCsv()
                    ? Csv.fields(body).equals(Csv.fields(expected))
                    : body.stripTrailing().equals(expected);
        }
        return isProblem() ? Json.holds(expectedJson, actualJson) : Json.same(expectedJson, actualJson);
    }

    private boolean isCsv() {
        return headers.firstValue("content-type").orElse("").startsWith("text/csv");
    }

    private boolean isProblem() {
        return headers.firstValue("content-type").orElse("").startsWith("application/problem+json");
    }

    private static @Nullable JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }
}
