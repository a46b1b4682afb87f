package dev.rowhouse.platform.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads what is committed in a topic, and writes what no publisher would; with Kafka's own clients. */
public final class TopicReader {

    private TopicReader() {}

    /** Returns all committed records up to the end of the topic as it is now, in the order of each partition. */
    public static List<ConsumerRecord<String, String>> all(String bootstrapServer, String topic) {
        var ends = ends(bootstrapServer, topic);
        try (var consumer = consumer(bootstrapServer, "read_committed")) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            var found = new ArrayList<ConsumerRecord<String, String>>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(50)).forEach(found::add);
            }
            return found;
        }
    }

    // A commit is acknowledged before its markers are in the partitions. Until then its records lie beyond the end that
    // is told to a reader of committed records; so the end is asked for as of all records.
    private static Map<TopicPartition, Long> ends(String bootstrapServer, String topic) {
        try (var consumer = consumer(bootstrapServer, "read_uncommitted")) {
            return consumer.endOffsets(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList());
        }
    }

    private static KafkaConsumer<String, String> consumer(String bootstrapServer, String isolation) {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServer);
        settings.put("isolation.level", isolation);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    /** Returns the headers of a record as texts. */
    public static Map<String, String> headers(ConsumerRecord<String, String> record) {
        var headers = new LinkedHashMap<String, String>();
        record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return headers;
    }

    /** Writes a record without any header. */
    public static void write(String bootstrapServer, String topic, String key, String value) {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServer);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var _ = producer.send(new ProducerRecord<>(topic, key, value));
        }
    }

    /** Deletes the records of a partition before that offset, as their age would. */
    public static void expire(String bootstrapServer, String topic, int partition, long before) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServer))) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }
}
