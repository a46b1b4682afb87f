package dev.rowhouse.app.data.sql;

/** In which form rows go into {@code COPY}. */
public enum CopyFormat {
    /** RFC 4180: an unquoted {@code NULL} is null, an empty value is the empty text. */
    CSV(") FROM STDIN (FORMAT csv, NULL 'NULL')"),
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
