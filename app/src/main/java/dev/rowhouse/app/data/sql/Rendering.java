package dev.rowhouse.app.data.sql;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What PostgreSQL makes of each row of an answer. */
public enum Rendering {
    /** One JSON object. */
    JSON,
    /** One JSON object without the members that are null, at any depth. */
    STRIPPED,
    /** One line of CSV (RFC 4180); the names of the columns stand in front of the first. */
    CSV;

    // The text of a composite value is a line of CSV in parentheses, but for its backslashes, which stand twice.
    private static final String LINE = "replace(left(substr((%1$s)::text, 2), -1), '\\\\', '\\')";

    private static final Pattern SPECIAL = Pattern.compile("[\",\r\n]");

    private static final String NAMES = "(SELECT string_agg(CASE WHEN key.name ~ '[\",\\r\\n]' THEN '\"' || "
            + "replace(key.name, '\"', '\"\"') || '\"' ELSE key.name END, ',' ORDER BY key.number) "
            + "FROM json_object_keys(row_to_json(%1$s)) WITH ORDINALITY AS key (name, number))";

    private static final String CSV_LINE =
            "CASE WHEN row_number() OVER () = 1 THEN " + NAMES + " || chr(10) ELSE '' END || " + LINE;

    /** Returns the expression that renders {@code row}, which is one of our own words, such as {@code r.*}. */
    String of(String row) {
        return switch (this) {
            case JSON -> "row_to_json(" + row + ")";
            case STRIPPED -> "json_strip_nulls(row_to_json(" + row + "))";
            case CSV -> CSV_LINE.formatted(row);
        };
    }

    /** Returns the expression that renders {@code row} alone, as text, without what stands in front of the first. */
    String line(String row) {
        return switch (this) {
            case JSON, STRIPPED -> of(row) + "::text";
            case CSV -> LINE.formatted(row);
        };
    }

    /** Returns what stands in front of the first of rows with these names; nothing where nothing does. */
    String heading(List<String> names) {
        return switch (this) {
            case JSON, STRIPPED -> "";
            case CSV -> names.stream().map(Rendering::field).collect(Collectors.joining(",", "", "\n"));
        };
    }

    private static String field(String name) {
        return SPECIAL.matcher(name).find() ? '"' + name.replace("\"", "\"\"") + '"' : name;
    }

    /** Says whether rows must be a derived table, so that they are numbered after the page is cut. */
    boolean numbersRows() {
        return this == CSV;
    }
}
