package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes a query string into its parameters, in the client's order. */
public final class Parameters {

    // What the decoder puts in place of bytes that are no character.
    private static final char REPLACEMENT = '\uFFFD';
    private static final String REPLACEMENT_ESCAPED = "%EF%BF%BD";

    private Parameters() {}

    public static List<Map.Entry<String, String>> of(@Nullable String rawQuery) {
        if (rawQuery == null || rawQuery.isEmpty()) {
            return List.of();
        }
        var parameters = new ArrayList<Map.Entry<String, String>>();
        var from = 0;
        while (from <= rawQuery.length()) {
            var next = rawQuery.indexOf('&', from);
            var to = next < 0 ? rawQuery.length() : next;
            if (to > from) {
                parameters.add(parameter(rawQuery.substring(from, to)));
            }
            from = to + 1;
        }
        return parameters;
    }

    /** Returns the address's path and query as they came, the parameters in the order of their spelling. */
    static String canonical(URI address) {
        var query = address.getRawQuery();
        if (query == null || query.isEmpty()) {
            return address.getRawPath();
        }
        if (query.indexOf('&') < 0) {
            return address.getRawPath() + "?" + query;
        }
        var parameters = query.split("&");
        Arrays.sort(parameters);
        return address.getRawPath() + "?" + String.join("&", parameters);
    }

    /** Decodes a segment of a path, where a plus stands for itself. */
    static String decodedPath(String raw) {
        return raw.indexOf('%') < 0 ? raw : decoded(raw.replace("+", "%2B"));
    }

    private static String decoded(String raw) {
        if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) {
            return raw;
        }
        try {
            var decoded = URLDecoder.decode(raw, StandardCharsets.UTF_8);
            if (decoded.indexOf(REPLACEMENT) >= 0
                    && !raw.toUpperCase(Locale.ROOT).contains(REPLACEMENT_ESCAPED)) {
                throw Problem.of(ProblemType.INVALID_REQUEST, "the URL's escapes are not UTF-8");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw Problem.of(ProblemType.INVALID_REQUEST, "the URL has a malformed escape");
        }
    }

    private static Map.Entry<String, String> parameter(String raw) {
        var equals = raw.indexOf('=');
        return equals < 0
                ? Map.entry(decoded(raw), "")
                : Map.entry(decoded(raw.substring(0, equals)), decoded(raw.substring(equals + 1)));
    }
}
