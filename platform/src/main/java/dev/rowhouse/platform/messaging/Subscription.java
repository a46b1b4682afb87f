package dev.rowhouse.platform.messaging;

import java.util.regex.Pattern;

/**
 * Who takes the events of a topic, and what it does with them.
 *
 * @param consumer the name under which its position, its inbox and its dead letters are kept; under a new name it begins with
 *     the oldest event that Kafka has
 * @param topic without the prefix of the installation
 */
public record Subscription(String consumer, String topic, EventHandler handler) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    public Subscription {
        if (!NAME.matcher(consumer).matches()) {
            throw new IllegalArgumentException(
                    "consumer: " + consumer + " (expected: 1 to 63 of a-z, 0-9 and '-', the first a letter)");
        }
    }
}
