package dev.rowhouse.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.local.Fault;
import dev.rowhouse.local.FaultProxy;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaProcess;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broker behind a network that fails, and one that is killed, between the batches of a publisher and within them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaFaultsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Map<String, String> IMPATIENT =
            Map.of("request.timeout.ms", "1000", "delivery.timeout.ms", "9000", "max.block.ms", "3000");

    private KafkaProcess kafka;
    private FaultProxy proxy;
    private int topics;

    @BeforeAll
    void start(@TempDir Path folder) {
        var port = FreePort.any();
        proxy = FaultProxy.to(port);
        kafka = KafkaProcess.behind(proxy, port, folder.resolve("kafka"));
    }

    @AfterAll
    void stop() {
        kafka.close();
        proxy.close();
    }

    @AfterEach
    void heal() {
        proxy.heal();
    }

    @ParameterizedTest
    @EnumSource(
            value = ApiKeys.class,
            names = {"PRODUCE", "END_TXN", "INIT_PRODUCER_ID"})
    void whenTheBrokersAnswerIsLostWhatIsSentAgainIsThereInOrder(ApiKeys call) {
        var lostBefore = proxy.lost();
        try (var events = events()) {
            var publisher = events.publisher("rows", "relay");
            if (call != ApiKeys.INIT_PRODUCER_ID) {
                publisher.publish(Events.ofKey("a", 1, 2)).block(SOON);
            }
            proxy.set(new Fault.DropAnswers(piece -> apiKey(piece) == call.id));
            assertUnavailable(publisher, 3, 4);
            proxy.heal();

            assertThat(proxy.lost()).as("an answer was lost").isGreaterThan(lostBefore);
            publisher.publish(Events.ofKey("a", 3, 4)).block(SOON);
            publisher.publish(Events.ofKey("a", 5)).block(SOON);
            var first = numbers(events).stream().distinct().toList();
            assertThat(first)
                    .containsExactlyElementsOf(LongStream.rangeClosed(call == ApiKeys.INIT_PRODUCER_ID ? 3 : 1, 5)
                            .boxed()
                            .toList());
        }
    }

    @Test
    void aBrokerThatIsKilledAndOneThatIsSilentAreSaidSoAndAllGoesOnWhenItIsBack() {
        try (var events = events()) {
            var publisher = events.publisher("rows", "relay");
            publisher.publish(Events.ofKey("a", 1)).block(SOON);
            kafka.kill();
            assertUnavailable(publisher, 100);
            kafka.start();
            publisher.publish(Events.ofKey("a", 2)).retry(10).block(SOON);
            proxy.set(new Fault.BlackHole());
            assertUnavailable(publisher, 100);
            proxy.heal();
            publisher.publish(Events.ofKey("a", 3)).retry(10).block(SOON);

            assertThat(numbers(events).stream().filter(number -> number < 100).distinct())
                    .containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aSlowNetworkInPiecesBreaksNoEvent() {
        try (var events = events()) {
            var publisher = events.publisher("rows", "relay");
            proxy.set(new Fault.Slice(700));
            publisher.publish(Events.numbered(1, 100)).block(SOON);
            proxy.set(new Fault.Delay(Duration.ofMillis(20)));
            publisher.publish(Events.numbered(101, 110)).block(SOON);
            proxy.heal();

            assertThat(numbers(events)).hasSize(110).doesNotHaveDuplicates();
        }
    }

    private static void assertUnavailable(KafkaPublisher publisher, long... numbers) {
        assertThatThrownBy(() -> publisher.publish(Events.ofKey("a", numbers)).block(SOON))
                .isInstanceOf(MessagingError.Unavailable.class);
    }

    private EventLog events() {
        topics++;
        var events = new EventLog(new KafkaSettings(
                List.of(kafka.bootstrapServer()),
                "faults" + topics + ".",
                1,
                1,
                SOON.multipliedBy(60),
                900_000,
                IMPATIENT));
        events.ensure("rows").block(SOON);
        return events;
    }

    private List<Long> numbers(EventLog events) {
        return TopicReader.all(kafka.bootstrapServer(), events.name("rows")).stream()
                .map(record -> Long.parseLong(record.value()))
                .toList();
    }

    // A request begins with its length and which call it is.
    private static short apiKey(byte[] piece) {
        return piece.length < 6 ? -1 : ByteBuffer.wrap(piece).getShort(4);
    }
}
