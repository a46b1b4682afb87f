package dev.rowhouse.app;

import dev.rowhouse.platform.messaging.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Kafka that changes are published to, as {@link KafkaSettings} explains it.
 *
 * @param bootstrapServers each as {@code host:port}, apart by commas; without any, nothing is published
 * @param client settings of Kafka's clients by their own names, such as {@code security.protocol}
 */
@ConfigurationProperties("rowhouse.kafka")
record KafkaProperties(
        @DefaultValue List<String> bootstrapServers,
        @DefaultValue("rowhouse.") String topicPrefix,
        @DefaultValue("12") int partitions,
        @DefaultValue("-1") int replicas,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("900000") int maxRecordBytes,
        @DefaultValue Map<String, String> client) {

    private static final Pattern SERVER = Pattern.compile("(?:[^\\s:/\\[\\]]+|\\[[0-9a-fA-F:.]+]):\\d{1,5}");
    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{0,100}");
    // What goes out in place of a change that is too large is below that.
    private static final int LEAST_RECORD = 64 * 1024;
    private static final int MOST_PARTITIONS = 10_000;

    KafkaProperties {
        for (var server : bootstrapServers) {
            require(SERVER.matcher(server).matches(), "bootstrap-servers", server, "host:port, apart by commas");
        }
        require(
                PREFIX.matcher(topicPrefix).matches(),
                "topic-prefix",
                topicPrefix,
                "up to 100 of a-z, A-Z, 0-9, '.', '_', '-'");
        require(partitions > 0 && partitions <= MOST_PARTITIONS, "partitions", partitions, "1 to " + MOST_PARTITIONS);
        require(
                replicas == -1 || replicas > 0 && replicas <= Short.MAX_VALUE,
                "replicas",
                replicas,
                "1 or more, or -1 for what the cluster has as its default");
        require(retention.toMillis() > 0, "retention", retention, "more than 0");
        require(maxRecordBytes >= LEAST_RECORD, "max-record-bytes", maxRecordBytes, LEAST_RECORD + " or more");
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "rowhouse.kafka." + name + ": " + value + " (expected: " + expected + ")");
        }
    }

    KafkaSettings settings() {
        return new KafkaSettings(
                bootstrapServers, topicPrefix, partitions, replicas, retention, maxRecordBytes, client);
    }

    /** Shows no credential: Kafka's clients take them among their settings. */
    @Override
    public String toString() {
        return "KafkaProperties[" + String.join(",", bootstrapServers) + "]";
    }
}
