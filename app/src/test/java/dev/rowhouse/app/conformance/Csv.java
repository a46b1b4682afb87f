package dev.rowhouse.app.conformance;

import java.util.ArrayList;
import java.util.List;

/** Reads CSV far enough to compare it: quotes that a field does not need make no difference, but for an empty one. */
final class Csv {

    private static final String QUOTED_EMPTY = "\"\"";

    private Csv() {}

    static List<List<String>> fields(String text) {
        return text.stripTrailing().lines().map(Csv::fieldsOf).toList();
    }

    private static List<String> fieldsOf(String line) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char letter = line.charAt(i);
            if (letter == '"') {
                quoted = !quoted;
                field.append(letter);
            } else if (letter == ',' && !quoted) {
                fields.add(plain(field.toString()));
                field.setLength(0);
            } else {
                field.append(letter);
            }
        }
        fields.add(plain(field.toString()));
        return fields;
    }

    private static String plain(String field) {
        if (!field.startsWith("\"") || field.equals(QUOTED_EMPTY)) {
            return field;
        }
        return field.substring(1, field.length() - 1).replace("\"\"", "\"");
    }
}
