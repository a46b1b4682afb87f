package dev.rowhouse.app.events;

import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.journal.JournalEntry;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes a tenant's changes as server-sent events, each of which holds a CloudEvents 1.0 object. */
final class EventFrames {

    private static final JsonMapper JSON = new JsonMapper();

    private final EventIds ids;
    private final HouseId house;
    private final String source;

    /** @param ids of the tenant */
    EventFrames(EventIds ids, HouseId house, Slug tenant) {
        this.ids = ids;
        this.house = house;
        this.source = "/t/" + tenant;
    }

    /**
     * Returns the event.
     *
     * @param before the row as the receiver may see it; null for what it does not
     */
    byte[] event(JournalEntry entry, @Nullable String before, @Nullable String after) {
        var data = "{\"specversion\":\"1.0\",\"id\":\"" + house + "-" + entry.position()
                + "\",\"source\":" + JSON.writeValueAsString(source)
                + ",\"type\":\"" + entry.change().eventType()
                + "\",\"subject\":" + JSON.writeValueAsString(entry.subject())
                + ",\"time\":\"" + entry.at()
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"relation\":"
                + JSON.writeValueAsString(entry.relation())
                + ",\"key\":" + inOneLine(entry.key())
                + ",\"before\":" + inOneLine(before)
                + ",\"after\":" + inOneLine(after) + "}}";
        var name = entry.change().name().toLowerCase(Locale.ROOT);
        return bytes("event: " + name + "\nid: " + id(entry.position()) + "\ndata: " + data + "\n\n");
    }

    /** Returns what a stream begins with: how soon to come back, and an id to come back with. */
    byte[] greeting(long position, long retryMillis) {
        return bytes("retry: " + retryMillis + "\nid: " + id(position) + "\n\n");
    }

    /** Returns a sign of life. Clients take the id from it and show it to nobody. */
    byte[] heartbeat(long position) {
        return bytes(":\nid: " + id(position) + "\n\n");
    }

    /** Returns the last event of a stream that ends before its client wants it to. */
    byte[] cut(long position, String reason, long retryMillis) {
        return bytes("event: cut\nretry: " + retryMillis + "\nid: " + id(position) + "\ndata: {\"reason\":\"" + reason
                + "\"}\n\n");
    }

    private String id(long position) {
        return ids.id(house, position);
    }

    // Within texts JSON has no line ends, and between members they mean nothing.
    private static String inOneLine(@Nullable String json) {
        return json == null ? "null" : json.replace('\n', ' ').replace('\r', ' ');
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
