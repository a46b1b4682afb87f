package dev.rowhouse.platform.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Which Kafka, and how it is used.
 *
 * @param bootstrapServers each as {@code host:port}
 * @param prefix that the names of topics, groups and transactional ids begin with
 * @param partitions of a topic that is created here; an existing one keeps its own
 * @param replicas of a topic that is created here; -1 for what the cluster has as its default
 * @param retention of a topic that is created here
 * @param maxRecordBytes the most that key, headers and value of a record may have together
 * @param client settings of Kafka's clients by their own names, such as {@code security.protocol}, before those made here
 */
public record KafkaSettings(
        List<String> bootstrapServers,
        String prefix,
        int partitions,
        int replicas,
        Duration retention,
        int maxRecordBytes,
        Map<String, String> client) {

    public KafkaSettings {
        bootstrapServers = List.copyOf(bootstrapServers);
        client = Map.copyOf(client);
    }

    /** Returns settings for a broker of one's own, for a single process. */
    public static KafkaSettings local(String bootstrapServer, String prefix) {
        return new KafkaSettings(List.of(bootstrapServer), prefix, 12, -1, Duration.ofDays(7), 900_000, Map.of());
    }

    /** Shows no credential: Kafka's clients take them among their settings. */
    @Override
    public String toString() {
        return "KafkaSettings[" + String.join(",", bootstrapServers) + ", prefix=" + prefix + "]";
    }
}
