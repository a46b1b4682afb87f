package dev.rowhouse.platform.messaging;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The binary content mode of the CloudEvents binding for Kafka: attributes are headers, data is the record's value. */
final class CloudEvents {

    static final String ID = "ce_id";

    private static final String VERSION = "1.0";
    private static final String JSON = "application/json";
    private static final String CONTENT_TYPE = "content-type";
    private static final String TRACEPARENT = "traceparent";
    private static final String PREFIX = "ce_";
    private static final Set<String> ATTRIBUTES = Set.of("specversion", "id", "source", "type", "subject", "time");

    private CloudEvents() {}

    static Map<String, String> headers(Event event) {
        var headers = new LinkedHashMap<String, String>();
        headers.put(PREFIX + "specversion", VERSION);
        headers.put(ID, event.id().toString());
        headers.put(PREFIX + "source", event.source());
        headers.put(PREFIX + "type", event.type());
        headers.put(PREFIX + "time", event.time().toString());
        headers.put(CONTENT_TYPE, JSON);
        put(headers, PREFIX + "subject", event.subject());
        put(headers, TRACEPARENT, event.traceparent());
        event.extensions().forEach((name, value) -> headers.put(PREFIX + name, value));
        return headers;
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    /** Fails with {@link UnreadableEvent} on what is no event of this product. */
    static Event event(Map<String, String> headers, byte[] data) {
        if (!required(headers, "specversion").equals(VERSION)) {
            throw new UnreadableEvent("ce_specversion is not " + VERSION);
        }
        try {
            return new Event(
                    EventId.of(required(headers, "id")),
                    required(headers, "source"),
                    required(headers, "type"),
                    headers.get(PREFIX + "subject"),
                    Instant.parse(required(headers, "time")),
                    headers.get(TRACEPARENT),
                    extensions(headers),
                    data);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new UnreadableEvent(String.valueOf(e.getMessage()));
        }
    }

    private static String required(Map<String, String> headers, String attribute) {
        var value = headers.get(PREFIX + attribute);
        if (value == null || value.isEmpty()) {
            throw new UnreadableEvent("header " + PREFIX + attribute + " is missing");
        }
        return value;
    }

    private static Map<String, String> extensions(Map<String, String> headers) {
        var extensions = new HashMap<String, String>();
        headers.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !ATTRIBUTES.contains(name.substring(PREFIX.length()))) {
                extensions.put(name.substring(PREFIX.length()), value);
            }
        });
        return extensions;
    }
}
