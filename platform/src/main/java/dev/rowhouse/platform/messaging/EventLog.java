package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.tracing.Tracing;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;

/** A Kafka cluster, with the topics of this installation on it. Connects when first used. */
public final class EventLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    /** What a batch has around its records, amply. */
    private static final int ENVELOPE = 64 * 1024;

    private static final int BATCH = 256 * 1024;
    private static final int POLL = 500;
    private static final int THREADS = 16;
    private static final Duration BLOCKED = Duration.ofSeconds(10);
    private static final Duration REQUEST = Duration.ofSeconds(5);
    private static final Duration DELIVERY = Duration.ofSeconds(15);
    private static final Duration TRANSACTION = Duration.ofSeconds(30);
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final Tracing tracing;
    private final Scheduler blocking =
            Schedulers.newBoundedElastic(THREADS, Integer.MAX_VALUE, "rowhouse-kafka", 60, true);

    public EventLog(KafkaSettings settings) {
        this(settings, Tracing.off());
    }

    public EventLog(KafkaSettings settings, Tracing tracing) {
        this.settings = settings;
        this.tracing = tracing;
    }

    /** Creates the topic unless it is there; an existing one stays as it is. */
    public Mono<Void> ensure(String topic) {
        return Mono.using(
                        () -> Admin.create(settings(Map.of(
                                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST),
                                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(BLOCKED)))),
                        admin -> created(admin, name(topic)),
                        admin -> admin.close(Duration.ZERO))
                .subscribeOn(blocking)
                .onErrorMap(failure -> new MessagingError.Unavailable("topic '" + name(topic) + "'", failure));
    }

    private Mono<Void> created(Admin admin, String name) {
        var topic = new NewTopic(
                        name,
                        Optional.of(settings.partitions()),
                        settings.replicas() < 0 ? Optional.empty() : Optional.of((short) settings.replicas()))
                .configs(Map.of(
                        TopicConfig.RETENTION_MS_CONFIG, millis(settings.retention()),
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(largestBatch())));
        return Mono.fromCompletionStage(
                        () -> admin.createTopics(List.of(topic)).all().toCompletionStage())
                .doOnSuccess(_ -> log.info("topic '{}' was created with {} partitions", name, settings.partitions()))
                .onErrorComplete(TopicExistsException.class)
                .then()
                // Off the client's own thread.
                .publishOn(blocking);
    }

    /**
     * Returns a publisher to a topic; connects when first used.
     *
     * @param transactionalId of two publishers with the same one, only the later one that has published can
     */
    public KafkaPublisher publisher(String topic, String transactionalId) {
        return new KafkaPublisher(
                () -> new KafkaProducer<>(producer(name(transactionalId))),
                name(topic),
                name(transactionalId),
                settings.maxRecordBytes(),
                blocking,
                tracing);
    }

    /** Returns the full name of a topic, a group, a transactional id. */
    public String name(String name) {
        return settings.prefix() + name;
    }

    Scheduler blocking() {
        return blocking;
    }

    KafkaReceiver<byte[], byte[]> receiver(String topic, String group) {
        return KafkaReceiver.create(ReceiverOptions.<byte[], byte[]>create(consumer(name(group)))
                // A record in work elsewhere is none to wait for: the inbox knows it.
                .maxDelayRebalance(Duration.ZERO)
                .commitInterval(Duration.ofSeconds(1))
                .subscription(Set.of(name(topic))));
    }

    /** Emits a reading of a topic that stands before its oldest record; close it. */
    Mono<Rereading> reread(String topic) {
        var own = new HashMap<>(consumer(name(topic)));
        own.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return Mono.fromSupplier(() -> new Rereading(new KafkaConsumer<>(own), name(topic)))
                .subscribeOn(blocking)
                .onErrorMap(failure -> new MessagingError.Unavailable("topic '" + name(topic) + "'", failure));
    }

    private Map<String, Object> producer(String transactionalId) {
        return settings(Map.ofEntries(
                Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
                Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
                Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, BATCH),
                Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largestBatch()),
                // The commit sends what has gathered: a batch for each partition.
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, millis(DELIVERY.dividedBy(2))),
                // Of several under way, later ones would overtake a first one that the broker is not ready for.
                Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(BLOCKED)),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST)),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(DELIVERY)),
                Map.entry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(TRANSACTION))));
    }

    private Map<String, Object> consumer(String group) {
        return settings(Map.ofEntries(
                Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class),
                Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class),
                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, group),
                Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL),
                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(SESSION)),
                Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(HEARTBEAT)),
                Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, millis(SESSION)),
                Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false)));
    }

    private Map<String, Object> settings(Map<String, Object> own) {
        var all = new HashMap<>(own);
        all.putAll(settings.client());
        all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        return all;
    }

    // One record may fill a batch, and a batch is never smaller than what the producer gathers.
    private int largestBatch() {
        return Math.max(BATCH, settings.maxRecordBytes()) + ENVELOPE;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    @Override
    public void close() {
        blocking.dispose();
    }
}
