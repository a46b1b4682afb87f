package dev.rowhouse.platform.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rowhouse.platform.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Publishes batches of events to one topic, each whole or not at all. One batch at a time.
 *
 * <p>After any failure the producer is given up and the next batch begins with a new one: that ends whatever the old one had
 * open, committed or not, so an order is never broken, and what is sent again arrives again.
 */
public final class KafkaPublisher {

    // Lengths and offsets that a record has beside its bytes, at their longest.
    private static final int RECORD_FRAME = 40;
    private static final int HEADER_FRAME = 10;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final String topic;
    private final String transactionalId;
    private final int maxRecordBytes;
    private final Scheduler blocking;
    private final Tracing tracing;
    private volatile @Nullable Producer<byte[], byte[]> open;

    KafkaPublisher(
            Supplier<Producer<byte[], byte[]>> producers,
            String topic,
            String transactionalId,
            int maxRecordBytes,
            Scheduler blocking,
            Tracing tracing) {
        this.producers = producers;
        this.topic = topic;
        this.transactionalId = transactionalId;
        this.maxRecordBytes = maxRecordBytes;
        this.blocking = blocking;
        this.tracing = tracing;
    }

    /**
     * Publishes the events in their order and completes when that is decided for good; readers see them a moment later. Fails
     * with a {@link MessagingError}, and may be asked again.
     */
    public Mono<Void> publish(List<KeyedEvent> events) {
        return events.isEmpty()
                ? Mono.empty()
                : Mono.<Void>fromRunnable(() -> publishBlocking(events)).subscribeOn(blocking);
    }

    /** Gives the producer up; nothing more is to be published. */
    public Mono<Void> close() {
        return Mono.<Void>fromRunnable(() -> giveUp(LAST_WORDS)).subscribeOn(blocking);
    }

    private void publishBlocking(List<KeyedEvent> events) {
        var begun = Instant.now();
        try {
            var producer = opened();
            producer.beginTransaction();
            for (var event : events) {
                var _ = producer.send(record(event));
            }
            // Fails if one of them did.
            producer.commitTransaction();
            tell(events, begun);
        } catch (RuntimeException failure) {
            giveUp(Duration.ZERO);
            throw isFenced(failure)
                    ? new MessagingError.Fenced(transactionalId, failure)
                    : new MessagingError.Unavailable("publisher '" + transactionalId + "'", failure);
        }
    }

    private void tell(List<KeyedEvent> events, Instant begun) {
        if (tracing.isOn()) {
            for (var event : events) {
                var traceparent = event.event().traceparent();
                if (traceparent != null) {
                    tracing.published(topic, traceparent, begun);
                }
            }
        }
    }

    private Producer<byte[], byte[]> opened() {
        var known = open;
        if (known != null) {
            return known;
        }
        var fresh = producers.get();
        open = fresh;
        fresh.initTransactions();
        return fresh;
    }

    private void giveUp(Duration patience) {
        var producer = open;
        open = null;
        if (producer != null) {
            producer.close(patience);
        }
    }

    private static boolean isFenced(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    private ProducerRecord<byte[], byte[]> record(KeyedEvent keyed) {
        var key = keyed.key().getBytes(UTF_8);
        var whole = keyed.event();
        var headers = CloudEvents.headers(whole);
        return size(key, headers, whole.data()) <= maxRecordBytes
                ? record(key, headers, whole.data())
                : referring(key, keyed.reference().get());
    }

    private ProducerRecord<byte[], byte[]> referring(byte[] key, Event reference) {
        return record(key, CloudEvents.headers(reference), reference.data());
    }

    private ProducerRecord<byte[], byte[]> record(byte[] key, Map<String, String> headers, byte[] value) {
        var record = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        return record;
    }

    private static int size(byte[] key, Map<String, String> headers, byte[] value) {
        var size = RECORD_FRAME + key.length + value.length;
        for (var header : headers.entrySet()) {
            size += HEADER_FRAME + header.getKey().length() + header.getValue().getBytes(UTF_8).length;
        }
        return size;
    }
}
