package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.messaging.InboxPlan.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A reading of a topic from its oldest record on, of no group, that goes as far as it is told. It blocks.
 */
final class Rereading implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> oldest;

    /** @param topic by its full name */
    Rereading(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        this.oldest = consumer.beginningOffsets(partitions);
        oldest.forEach(consumer::seek);
    }

    /** Returns the oldest offset that each partition has. */
    Map<Integer, Long> oldest() {
        var offsets = new HashMap<Integer, Long>();
        oldest.forEach((partition, offset) -> offsets.put(partition.partition(), offset));
        return offsets;
    }

    /** Returns the time of the latest record before which one may have expired; null if the topic still has all there were. */
    @Nullable
    synchronized Instant expiredBefore() {
        Instant expired = null;
        for (var partition : partitions) {
            if (oldest.getOrDefault(partition, 0L) > 0) {
                var first = firstOf(partition);
                expired = expired == null || first.isAfter(expired) ? first : expired;
            }
        }
        return expired;
    }

    private Instant firstOf(TopicPartition partition) {
        OffsetAndTimestamp first =
                consumer.offsetsForTimes(Map.of(partition, 0L)).get(partition);
        return first == null ? Instant.now() : Instant.ofEpochMilli(first.timestamp());
    }

    /** Returns where the topic ends for who reads what is committed. */
    synchronized Map<TopicPartition, Long> ends() {
        return consumer.endOffsets(partitions);
    }

    synchronized boolean isAt(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Returns what comes next, perhaps nothing yet. */
    synchronized List<Delivery> next() {
        var deliveries = new ArrayList<Delivery>();
        consumer.poll(POLL).forEach(record -> deliveries.add(Delivery.of(record)));
        return deliveries;
    }

    synchronized Map<TopicPartition, Long> positions() {
        var positions = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
        return positions;
    }

    synchronized void goTo(Map<TopicPartition, Long> positions) {
        positions.forEach(consumer::seek);
    }

    @Override
    public synchronized void close() {
        consumer.close();
    }

    /** Says whether a consumer whose inbox has these marks has taken the delivery; one that cannot be read is taken as such. */
    static boolean isWithin(Delivery delivery, Map<Mark, Long> marks) {
        try {
            var id = delivery.event().id();
            return id.number() <= marks.getOrDefault(new Mark(delivery.partition(), id.stream()), -1L);
        } catch (UnreadableEvent e) {
            return true;
        }
    }
}
