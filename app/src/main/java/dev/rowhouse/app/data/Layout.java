package dev.rowhouse.app.data;

import java.nio.charset.StandardCharsets;

/** How rows stand in an answer. */
enum Layout {
    /** One JSON array. */
    ARRAY("[", ",", "]"),
    /** The only row by itself. */
    OBJECT("", "", ""),
    /** One row per line. */
    LINES("", "\n", "\n"),
    /** Lines of CSV, of which the last does not end. */
    CSV("", "\n", ""),
    /** Values behind each other, as they are. */
    RAW("", "", "");

    private final byte[] before;
    private final byte[] between;
    private final byte[] after;

    Layout(String before, String between, String after) {
        this.before = before.getBytes(StandardCharsets.US_ASCII);
        this.between = between.getBytes(StandardCharsets.US_ASCII);
        this.after = after.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] before() {
        return before;
    }

    byte[] between() {
        return between;
    }

    /** What ends an answer; no line ends where there is none. */
    byte[] after(long rows) {
        return this == LINES && rows == 0 ? before : after;
    }
}
