package dev.rowhouse.app.data;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * How many rows there are regardless of the page.
 *
 * @param exact whether they were counted, not estimated
 */
record Total(long rows, boolean exact) {

    private static final JsonMapper JSON = new JsonMapper();

    /** What a read tells of its answer as a whole, in its own words: {@code {"total" : 3503, "rows" : 20}}. */
    record Head(@Nullable Long total, @Nullable Long rows) {

        private static final Pattern TOTAL = Pattern.compile("\"total\" : (\\d+)");
        private static final Pattern ROWS = Pattern.compile("\"rows\" : (\\d+)");

        static Head of(ByteBuf json) {
            var text = json.toString(StandardCharsets.US_ASCII);
            return new Head(number(TOTAL, text), number(ROWS, text));
        }

        private static @Nullable Long number(Pattern member, String text) {
            var found = member.matcher(text);
            return found.find() ? Long.valueOf(found.group(1)) : null;
        }
    }

    /** Reads the number of rows that PostgreSQL's planner expects from what EXPLAIN says in JSON. */
    static long planned(byte[] explained) {
        return JSON.readTree(explained).path(0).path("Plan").path("Plan Rows").asLong(0);
    }

    /** Returns a total that has room for {@code rows} behind {@code offset}, which an estimate may miss. */
    Total atLeast(long offset, long rows) {
        return exact || rows == 0 ? this : new Total(Math.max(this.rows, offset + rows), false);
    }
}
