package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.catalog.Relation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The address of one row, {@code {relation}/{id}}; the values of a key of several columns stand apart by commas, in the key's
 * order.
 */
record RowAddress(String relation, List<String> key) {

    private static final Set<String> OF_MANY_ROWS = Set.of("order", "limit", "offset", "after", "on_conflict");
    private static final Set<String> OF_A_WRITE = Set.of("columns");

    /** Returns the row's address, or null where the path names a relation as a whole, or nothing at all. */
    static @Nullable RowAddress of(String rawPath) {
        var slash = rawPath.indexOf('/');
        if (slash <= 0 || slash == rawPath.length() - 1 || rawPath.indexOf('/', slash + 1) >= 0) {
            return null;
        }
        var key = Arrays.stream(rawPath.substring(slash + 1).split(",", -1))
                .map(Parameters::decodedPath)
                .toList();
        return new RowAddress(Parameters.decodedPath(rawPath.substring(0, slash)), key);
    }

    /** Returns the query that finds the row among all: the client's, and the key. */
    String writing(Relation found, @Nullable String rawQuery) {
        return joined(parts(rawQuery, OF_MANY_ROWS, Set.of()), filters(found));
    }

    /** Returns the query that reads the row as the client's query shows it. */
    String reading(Relation found, @Nullable String rawQuery) {
        return joined(parts(rawQuery, OF_MANY_ROWS, OF_A_WRITE), filters(found));
    }

    private Stream<String> filters(Relation found) {
        var columns = found.primaryKey();
        if (columns.isEmpty()) {
            throw Problem.of(
                            ProblemType.NOT_FOUND, "no row of '" + relation + "' has an address: it has no primary key")
                    .withHint("use a filter, such as /" + relation + "?column=eq.value");
        }
        if (columns.size() != key.size()) {
            throw Problem.of(
                    ProblemType.INVALID_REQUEST,
                    "the address has " + key.size() + " values (expected: " + String.join(",", columns) + ")");
        }
        return IntStream.range(0, key.size())
                .mapToObj(i -> encoded(quoted(columns.get(i))) + "=eq." + encoded(key.get(i)));
    }

    private static Stream<String> parts(@Nullable String rawQuery, Set<String> refused, Set<String> left) {
        if (rawQuery == null || rawQuery.isEmpty()) {
            return Stream.empty();
        }
        return Arrays.stream(rawQuery.split("&")).filter(part -> {
            var name = Parameters.of(part).stream().map(parameter -> parameter.getKey());
            return name.anyMatch(word -> {
                if (refused.contains(word)) {
                    throw Problem.of(ProblemType.INVALID_QUERY, "parameter '" + word + "' is not supported for one row")
                            .withCode("PGRST100");
                }
                return !left.contains(word);
            });
        });
    }

    private static String joined(Stream<String> client, Stream<String> filters) {
        return Stream.concat(client, filters).collect(Collectors.joining("&"));
    }

    // Quoted, a column may have the name of another parameter.
    private static String quoted(String name) {
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
