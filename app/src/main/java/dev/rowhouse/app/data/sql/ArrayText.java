package dev.rowhouse.app.data.sql;

import java.util.List;

/** PostgreSQL's text form of a one-dimensional array. */
final class ArrayText {

    private ArrayText() {}

    /** Returns the literal; every element is quoted, so that none reads as {@code NULL} or ends the array. */
    static String of(List<String> elements) {
        var text = new StringBuilder(2 + elements.size() * 12).append('{');
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                text.append(',');
            }
            append(elements.get(i), text.append('"'));
            text.append('"');
        }
        return text.append('}').toString();
    }

    private static void append(String element, StringBuilder text) {
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
    }
}
