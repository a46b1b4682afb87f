package dev.rowhouse.checked;

import dev.rowhouse.tenancy.journal.Change;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A change as something downstream was told of it.
 *
 * @param id of the event, the same in each copy
 */
record Told(
        String id,
        RowName row,
        Change change,
        @Nullable JsonNode before,
        @Nullable JsonNode after) {

    /** Returns what names the write in this change: its word, and of a row that went the word it went with. */
    String mark() {
        return change == Change.DELETE ? Write.removal(word(before)) : word(after);
    }

    /** Returns a row as JSON has it, or null where JSON has none. */
    static @Nullable JsonNode image(@Nullable JsonNode member) {
        return member == null || member.isNull() ? null : member;
    }

    private static String word(@Nullable JsonNode image) {
        return image == null ? "" : image.path("word").asString("");
    }
}
