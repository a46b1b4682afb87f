package dev.rowhouse.platform.postgres;

/**
 * The one place where a name or a text becomes part of a SQL string.
 *
 * <p>Values of requests are never quoted but bound; {@link #literal} exists for utility statements, which take no
 * parameters. Follows PostgreSQL's lexical structure with {@code standard_conforming_strings = on}.
 */
public final class Quoting {

    private Quoting() {}

    /** Returns {@code name} as a delimited identifier; a NUL character is refused. */
    public static String identifier(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an identifier is never empty");
        }
        return enclosed(name, '"');
    }

    /** Returns {@code text} as a string constant; a NUL character is refused. */
    public static String literal(String text) {
        var constant = enclosed(text, '\'');
        // Safe whatever the server's standard_conforming_strings says: a backslash is only plain in an E string.
        return text.indexOf('\\') < 0 ? constant : " E" + constant.replace("\\", "\\\\");
    }

    private static String enclosed(String text, char quote) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("PostgreSQL takes no NUL character");
        }
        var mark = String.valueOf(quote);
        return mark + text.replace(mark, mark + mark) + mark;
    }
}
