package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Relationship;
import dev.rowhouse.tenancy.catalog.Relationship.Cardinality;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tells a client which relationships it may have meant. */
final class Ambiguity {

    private Ambiguity() {}

    /** Returns the error, whose details are a JSON array with an object for each relationship. */
    static QueryError between(String source, String target, List<Relationship> found) {
        var hints = found.stream()
                .map(way -> "'" + way.target() + "!" + hint(way) + "'")
                .distinct()
                .collect(Collectors.joining(", "));
        return new QueryError(
                QueryError.Kind.AMBIGUOUS,
                "PGRST201",
                "there is more than one relationship between '" + source + "' and '" + target + "'",
                found.stream().map(Ambiguity::candidate).collect(Collectors.joining(",", "[", "]")),
                "name one of the following instead of '" + target + "': " + hints);
    }

    private static String candidate(Relationship way) {
        return "{\"cardinality\":" + quoted(cardinality(way.cardinality()))
                + ",\"embedding\":" + quoted(way.source() + " with " + way.target())
                + ",\"relationship\":" + quoted(link(way)) + "}";
    }

    private static String cardinality(Cardinality cardinality) {
        return cardinality.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String hint(Relationship way) {
        return switch (way.link()) {
            case Link.Key key -> key.constraint();
            case Link.Junction junction -> junction.relation();
            case Link.Function function -> function.name();
        };
    }

    private static String link(Relationship way) {
        return switch (way.link()) {
            case Link.Key(var constraint, var columns, var targetColumns, var _) ->
                constraint + " using " + listed(way.source(), columns) + " and " + listed(way.target(), targetColumns);
            case Link.Junction(var relation, var toSource, var toTarget) ->
                relation + " using " + toSource.constraint() + listed("", toSource.columns()) + " and "
                        + toTarget.constraint() + listed("", toTarget.columns());
            case Link.Function(var name) -> name;
        };
    }

    private static String listed(String relation, List<String> columns) {
        return relation + "(" + String.join(", ", columns) + ")";
    }

    private static String quoted(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
