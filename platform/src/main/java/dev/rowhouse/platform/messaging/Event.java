package dev.rowhouse.platform.messaging;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened: a CloudEvent 1.0 whose data is JSON.
 *
 * @param source what it happened to, as a URI reference
 * @param type such as {@code dev.rowhouse.row.inserted}
 * @param subject what of the source it is about
 * @param traceparent W3C trace context of the request that caused it
 * @param extensions of CloudEvents: names of a-z and 0-9
 * @param data JSON in UTF-8
 */
public record Event(
        EventId id,
        String source,
        String type,
        @Nullable String subject,
        Instant time,
        @Nullable String traceparent,
        Map<String, String> extensions,
        byte[] data) {

    public Event {
        extensions = Map.copyOf(extensions);
    }
}
