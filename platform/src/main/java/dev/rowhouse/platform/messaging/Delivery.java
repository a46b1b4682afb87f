package dev.rowhouse.platform.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as it arrived, readable or not.
 *
 * @param key null for a record without one, which stands in no order with others
 * @param headers as texts, without the NUL that PostgreSQL cannot keep
 */
record Delivery(
        String topic, int partition, long offset, @Nullable String key, Map<String, String> headers, byte[] value) {

    private static final byte[] NOTHING = {};

    static Delivery of(ConsumerRecord<byte[], byte[]> record) {
        var headers = new LinkedHashMap<String, String>();
        record.headers().forEach(header -> headers.put(storable(header.key()), text(header.value())));
        return new Delivery(
                record.topic(),
                record.partition(),
                record.offset(),
                record.key() == null ? null : text(record.key()),
                headers,
                record.value() == null ? NOTHING : record.value());
    }

    /** Returns the event in it, or fails with {@link UnreadableEvent}. */
    Event event() {
        return CloudEvents.event(headers, value);
    }

    /** Returns the stream that the event says it is of, or null if it does not say so readably. */
    @Nullable
    String stream() {
        try {
            return EventId.of(headers.getOrDefault(CloudEvents.ID, "")).stream();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : storable(new String(bytes, UTF_8));
    }

    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }
}
