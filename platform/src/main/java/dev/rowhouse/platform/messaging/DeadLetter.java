package dev.rowhouse.platform.messaging;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record that its consumer could not take, set aside.
 *
 * @param key whose later records wait behind it
 * @param headers of the record, with the attributes of its event
 * @param error what it failed with last; empty for one that only waits
 * @param tries how often it was handled
 * @param dataKey by which the value is sealed; null where it is as it came
 */
public record DeadLetter(
        long id,
        String consumer,
        String topic,
        int partition,
        long offset,
        @Nullable String key,
        Map<String, String> headers,
        byte[] value,
        Reason reason,
        String error,
        int tries,
        Instant diedAt,
        @Nullable String dataKey) {

    /** Why a record was set aside. */
    public enum Reason {
        /** Its handler failed each time. */
        FAILED,
        /** It is no event, or none that its consumer can read. */
        UNREADABLE,
        /** An earlier record of its key is here. */
        BEHIND;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Reason of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    DeadLetter opened(byte[] content) {
        return new DeadLetter(
                id, consumer, topic, partition, offset, key, headers, content, reason, error, tries, diedAt, null);
    }

    Delivery delivery() {
        return new Delivery(topic, partition, offset, key, headers, value);
    }
}
