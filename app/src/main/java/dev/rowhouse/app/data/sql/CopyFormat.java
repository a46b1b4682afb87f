package dev.rowhouse.app.data.sql;

/** In which form rows go into {@code COPY}. */
public enum CopyFormat {
    /** RFC 4180: an unquoted empty value is null, a quoted one is the empty text. */
    CSV(") FROM STDIN (FORMAT csv)"),
    /** PostgreSQL's own: tabs between values, backslash escapes. */
    TEXT(") FROM STDIN (FORMAT text)");

    private final String words;

    CopyFormat(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
