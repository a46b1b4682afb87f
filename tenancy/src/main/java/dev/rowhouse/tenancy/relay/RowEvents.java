package dev.rowhouse.tenancy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.platform.messaging.Event;
import dev.rowhouse.platform.messaging.EventId;
import dev.rowhouse.platform.messaging.KeyedEvent;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.relay.HouseTenants.Resident;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells a change of a row as an event. A tenant's functions can set what the journal knows of the caller, so that is taken as
 * any text, of any length.
 */
final class RowEvents {

    private static final JsonMapper JSON = JsonMapper.shared();

    // A row without a key is known by all of it; that is no name any more.
    private static final int LONGEST_NAME = 512;
    private static final int LONGEST_REQUEST_ID = 256;
    // What goes out as a reference is far below the least size that a record may be limited to.
    private static final int LARGEST_KEY = 8 * 1024;
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final RowAddresses addresses;

    RowEvents(RowAddresses addresses) {
        this.addresses = addresses;
    }

    KeyedEvent of(JournalEntry entry, Resident resident) {
        var subject = name(entry);
        var tenant = resident.tenant().toString();
        return new KeyedEvent(
                tenant + "/" + subject,
                event(entry, resident, subject, Map.of("tenant", tenant), whole(entry)),
                () -> event(
                        entry,
                        resident,
                        subject,
                        Map.of("tenant", tenant, "dataref", address(entry, resident)),
                        rest(entry)));
    }

    private static Event event(
            JournalEntry entry, Resident resident, String subject, Map<String, String> extensions, String data) {
        var trace = entry.traceparent();
        return new Event(
                new EventId(entry.house().value(), entry.position()),
                "/t/" + resident.slug(),
                entry.change().eventType(),
                subject,
                entry.at(),
                trace != null && TRACEPARENT.matcher(trace).matches() ? trace : null,
                extensions,
                data.getBytes(UTF_8));
    }

    // By the length of the text first: what is large is not read for a name.
    private static String name(JournalEntry entry) {
        if (isNamed(entry)) {
            return entry.subject();
        }
        var key = entry.key() == null ? "" : entry.key();
        return entry.relation() + "/sha256:" + Fingerprint.of(key).hex();
    }

    private static boolean isNamed(JournalEntry entry) {
        var key = entry.key();
        return key == null || key.length() <= LONGEST_NAME && entry.subject().length() <= LONGEST_NAME;
    }

    private String address(JournalEntry entry, Resident resident) {
        var key = isNamed(entry) ? entry.keyValues() : List.<String>of();
        return addresses.of(resident.slug(), entry.relation(), key);
    }

    private static String whole(JournalEntry entry) {
        var data = new StringBuilder();
        member(data, "key", entry.key());
        member(data, "before", entry.before());
        member(data, "after", entry.after());
        member(data, "actor", actor(entry.actor()));
        return closed(entry, data);
    }

    private static String rest(JournalEntry entry) {
        var key = entry.key();
        var data = new StringBuilder();
        member(data, "key", key == null || key.length() > LARGEST_KEY ? null : key);
        return closed(entry, data);
    }

    private static String closed(JournalEntry entry, StringBuilder members) {
        var requestId = entry.requestId();
        if (requestId != null && requestId.length() <= LONGEST_REQUEST_ID) {
            member(members, "request_id", quoted(requestId));
        }
        return "{\"relation\":" + quoted(entry.relation()) + members + ",\"transaction\":" + entry.transaction() + "}";
    }

    private static void member(StringBuilder data, String name, @Nullable String json) {
        if (json != null) {
            data.append(",\"").append(name).append("\":").append(json);
        }
    }

    private static String actor(String text) {
        if (!text.startsWith("{")) {
            return quoted(text);
        }
        try {
            return JSON.readTree(text).toString();
        } catch (JacksonException e) {
            return quoted(text);
        }
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }
}
