package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** Chooses among representations what a client takes (RFC 9110, 12.5.1). */
final class Accept {

    private static final String JSON = "application/json";
    private static final String VENDOR = "vnd.pgrst.";
    private static final String ARRAY = VENDOR + "array";
    private static final String PLUS_JSON = "+json";
    private static final String NULLS = "nulls";
    // Clients of the dialect send parameters without a value, such as "options=", which no media type has.
    private static final Pattern EMPTY_PARAMETER = Pattern.compile(";[ \\t]*[A-Za-z0-9_.-]++=(?=[ \\t]*+(?:[;,]|$))");

    private Accept() {}

    /** Returns how the client takes rows; a problem (406) if in no way that there is. */
    static Representation rows(HttpHeaders headers) {
        return of(headers, Representation.OF_ROWS);
    }

    /** @param offered in the order in which they are preferred where the client does not care */
    static Representation of(HttpHeaders headers, List<Representation> offered) {
        var accept = headers.getFirst(HttpHeaders.ACCEPT);
        if (accept == null || accept.equals("*/*")) {
            return offered.getFirst();
        }
        if (accept.equals(JSON) && offered.getFirst() == Representation.JSON) {
            return Representation.JSON;
        }
        var wanted = wanted(headers);
        for (var type : wanted) {
            var chosen = type.getQualityValue() > 0 ? chosen(type, offered, wanted) : null;
            if (chosen != null) {
                return chosen;
            }
        }
        throw none(headers);
    }

    /** Returns the refusal of what the client accepts. */
    static Problem none(HttpHeaders headers) {
        return Problem.of(
                        ProblemType.NOT_ACCEPTABLE,
                        "None of these media types are available: "
                                + String.join(", ", headers.getOrEmpty(HttpHeaders.ACCEPT)))
                .withCode("PGRST107");
    }

    /** Returns the accepted media types, the most wanted first. */
    static List<MediaType> wanted(HttpHeaders headers) {
        var wanted = new ArrayList<>(MediaType.parseMediaTypes(headers.getOrEmpty(HttpHeaders.ACCEPT).stream()
                .map(line -> EMPTY_PARAMETER.matcher(line).replaceAll(""))
                .toList()));
        wanted.sort(Comparator.comparingDouble(MediaType::getQualityValue).reversed());
        return wanted;
    }

    private static @Nullable Representation chosen(
            MediaType wanted, List<Representation> offered, List<MediaType> all) {
        var range = wanted.isWildcardType() || wanted.isWildcardSubtype();
        for (var candidate : offered) {
            if (range
                    ? wanted.includes(candidate.mediaType()) && !isRefused(candidate, all)
                    : names(wanted, candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean isRefused(Representation candidate, List<MediaType> all) {
        return all.stream().anyMatch(type -> type.getQualityValue() == 0 && names(type, candidate));
    }

    // A vendor's type also goes without its suffix, and an array that strips nothing is JSON.
    private static boolean names(MediaType wanted, Representation candidate) {
        var type = candidate.mediaType();
        if (!wanted.getType().equals(type.getType())) {
            return false;
        }
        var subtype = wanted.getSubtype();
        if (!subtype.startsWith(VENDOR)) {
            return subtype.equals(type.getSubtype());
        }
        var nulls = wanted.getParameter(NULLS);
        var plain = subtype.endsWith(PLUS_JSON) ? subtype.substring(0, subtype.length() - PLUS_JSON.length()) : subtype;
        if (plain.equals(ARRAY) && nulls == null) {
            return candidate.equals(Representation.JSON);
        }
        return type.getSubtype().equals(plain + PLUS_JSON)
                && (nulls == null ? type.getParameter(NULLS) == null : nulls.equals(type.getParameter(NULLS)));
    }
}
