package dev.rowhouse.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class KafkaPublisherTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private String prefix = "";
    private EventLog events =
            new EventLog(KafkaSettings.local(KafkaServer.shared().bootstrapServer(), ""));

    @BeforeEach
    void nameTopics(TestInfo test) {
        prefix = test.getTestMethod().orElseThrow().getName() + ".";
        events.close();
        events = new EventLog(KafkaSettings.local(KafkaServer.shared().bootstrapServer(), prefix));
        events.ensure("rows").block(SOON);
    }

    @AfterEach
    void end() {
        events.close();
    }

    @Test
    void anEventIsACloudEventInBinaryMode() {
        publisher()
                .publish(List.of(Events.event(4096, "tenant/item/1", "{\"a\":\"ü\"}")))
                .block(SOON);

        var record = records().getFirst();
        assertThat(record.key()).isEqualTo("tenant/item/1");
        assertThat(record.value()).isEqualTo("{\"a\":\"ü\"}");
        assertThat(TopicReader.headers(record))
                .containsOnly(
                        Map.entry("ce_specversion", "1.0"),
                        Map.entry("ce_id", "shard-1-4096"),
                        Map.entry("ce_source", "/tenants/7"),
                        Map.entry("ce_type", "dev.rowhouse.row.inserted"),
                        Map.entry("ce_subject", "item/4096"),
                        Map.entry("ce_time", "2026-11-26T20:00:00.123456Z"),
                        Map.entry("ce_tenant", "acme"),
                        Map.entry("content-type", "application/json"),
                        Map.entry("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    }

    @Test
    void eventsOfAKeyKeepTheirOrder() {
        var publisher = publisher();
        publisher
                .publish(Events.numbered(1, 300))
                .then(publisher.publish(Events.numbered(301, 600)))
                .block(SOON);

        assertThat(numbersOf("b")).hasSize(200).isSorted();
    }

    @Test
    void aBatchThatFailsLeavesNothingAndTheNextOneGoesOut() {
        var publisher = publisher();
        var broken = new ArrayList<>(Events.numbered(1, 10));
        broken.add(new KeyedEvent("a", Events.plain(11, "x".repeat(1_000_000)), () -> {
            throw new IllegalStateException("no reference");
        }));

        assertThatThrownBy(() -> publisher.publish(broken).block(SOON)).isInstanceOf(MessagingError.Unavailable.class);
        publisher.publish(Events.numbered(12, 14)).block(SOON);

        assertThat(numbers()).containsExactlyInAnyOrder(12L, 13L, 14L);
    }

    @Test
    void whatIsTooLargeGoesOutAsAReference() {
        publisher()
                .publish(List.of(
                        Events.event(1, "a", "\"" + "x".repeat(800_000) + "\""),
                        Events.event(2, "a", "\"" + "x".repeat(900_000) + "\""),
                        Events.event(3, "a", "3")))
                .block(SOON);

        assertThat(records()).extracting(record -> record.value().length()).containsExactly(800_002, 11, 1);
    }

    @Test
    void aLaterPublisherOfTheSameNameEndsAnEarlierOne() {
        var earlier = publisher();
        var later = publisher();
        earlier.publish(Events.numbered(1, 3)).block(SOON);
        later.publish(Events.numbered(4, 6)).block(SOON);

        assertThatThrownBy(() -> earlier.publish(Events.numbered(7, 9)).block(SOON))
                .isInstanceOf(MessagingError.Fenced.class);

        later.publish(Events.numbered(10, 12)).block(SOON);
        assertThat(numbers()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 10L, 11L, 12L);
    }

    @Test
    void aBrokerThatRestartsInATransactionLosesNothing(@TempDir Path directory) {
        var port = FreePort.any();
        var broker = new AtomicReference<>(KafkaServer.keeping(directory, port));
        try (var log = new EventLog(KafkaSettings.local(broker.get().bootstrapServer(), prefix))) {
            log.ensure("rows").block(SOON);
            var publisher = log.publisher("rows", "relay");
            var batch = new ArrayList<>(Events.numbered(1, 100));
            batch.add(new KeyedEvent("a", Events.plain(101, "x".repeat(1_000_000)), () -> {
                broker.get().close();
                broker.set(KafkaServer.keeping(directory, port));
                return Events.plain(101, "101");
            }));

            publisher
                    .publish(batch)
                    .onErrorResume(MessagingError.Unavailable.class, _ -> publisher.publish(batch.subList(0, 100)))
                    .block(Duration.ofSeconds(60));
            publisher.publish(Events.numbered(102, 110)).block(SOON);

            var sent = TopicReader.all(broker.get().bootstrapServer(), prefix + "rows").stream()
                    .map(record -> Long.parseLong(record.value()))
                    .filter(number -> number != 101)
                    .toList();
            assertThat(sent)
                    .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 110)
                            .filter(number -> number != 101)
                            .boxed()
                            .toList());
        } finally {
            broker.get().close();
        }
    }

    @Test
    void kafkaThatIsAwayIsSaidSo() {
        var settings = new KafkaSettings(
                List.of("127.0.0.1:" + FreePort.any()), prefix, 1, 1, SOON, 1_000, Map.of("max.block.ms", "500"));
        try (var nowhere = new EventLog(settings)) {
            assertThatThrownBy(() -> nowhere.publisher("rows", "relay")
                            .publish(Events.numbered(1, 1))
                            .block(SOON))
                    .isInstanceOf(MessagingError.Unavailable.class);
        }
    }

    private KafkaPublisher publisher() {
        return events.publisher("rows", "relay");
    }

    private List<ConsumerRecord<String, String>> records() {
        return TopicReader.all(KafkaServer.shared().bootstrapServer(), prefix + "rows");
    }

    private List<Long> numbers() {
        return records().stream().map(record -> Long.parseLong(record.value())).toList();
    }

    private List<Long> numbersOf(String key) {
        return records().stream()
                .filter(record -> record.key().equals(key))
                .map(record -> Long.parseLong(record.value()))
                .toList();
    }
}
