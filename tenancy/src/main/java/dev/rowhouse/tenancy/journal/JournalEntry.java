package dev.rowhouse.tenancy.journal;

import dev.rowhouse.platform.json.JsonMembers;
import dev.rowhouse.tenancy.HouseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of one row in one house, as a shard's journal keeps it.
 *
 * @param position where it stands among all changes of the shard; positions grow and have gaps
 * @param relation the table that was written, a partition by its own name
 * @param key the primary key as the text of a JSON object; of a relation without one the whole row, or those of its columns
 *     that are not long if it is above 4 MiB; null for TRUNCATE
 * @param before the row as it was, as the text of a JSON object; null for INSERT and TRUNCATE, where the relation keeps keys
 *     only, and of a row above 4 MiB
 * @param after the row as it became; null for DELETE and TRUNCATE, where the relation keeps keys only, and of a row above 4 MiB
 * @param actor the claims of the caller as JSON, or the role that changed the row
 * @param requestId of the request that changed the row; null where none did
 * @param traceparent W3C trace context of that request
 * @param transaction the shard's transaction id, which all changes of one commit share
 * @param at when the transaction began
 */
public record JournalEntry(
        long position,
        HouseId house,
        String relation,
        Change change,
        @Nullable String key,
        @Nullable String before,
        @Nullable String after,
        String actor,
        @Nullable String requestId,
        @Nullable String traceparent,
        long transaction,
        Instant at) {

    /** Returns how many characters its images and its key have. */
    public long length() {
        return length(key) + length(before) + length(after);
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** Returns what the change is about: the relation, and which row by the values of its key. */
    public String subject() {
        return key == null ? relation : relation + "/" + String.join(",", keyValues());
    }

    /** Returns the values of the key in its order, none for TRUNCATE. */
    public List<String> keyValues() {
        return key == null
                ? List.of()
                : JsonMembers.of(key).values().stream().map(JsonMembers::plain).toList();
    }
}
