package dev.rowhouse.checked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.checked.Write.Outcome;
import dev.rowhouse.local.KafkaProcess;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.DeadLetters;
import dev.rowhouse.platform.messaging.Event;
import dev.rowhouse.platform.messaging.EventHandler;
import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.platform.messaging.InboxConsumer;
import dev.rowhouse.platform.messaging.KafkaSettings;
import dev.rowhouse.platform.messaging.Subscription;
import dev.rowhouse.tenancy.relay.Relay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.convert.DurationStyle;
import reactor.core.publisher.Mono;

/**
 * Two instances and Kafka are killed in turn while clients write. Afterwards the topic, an inbox and every live stream have
 * been told what was committed, in order, and nothing else. {@code -Drowhouse.journal.kills=50} makes it long, and {@code
 * -Drowhouse.kafka.outage=10m} keeps Kafka away for so long each time.
 */
class KilledProductTest {

    private static final Logger log = LoggerFactory.getLogger(KilledProductTest.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int KILLS = Integer.getInteger("rowhouse.journal.kills", 2);
    private static final Duration OUTAGE =
            DurationStyle.detectAndParse(System.getProperty("rowhouse.kafka.outage", "2s"));
    private static final long SEED = Long.getLong("rowhouse.journal.seed", 7);
    private static final int LONGEST_PEACE_MILLIS = 1_500;

    private final BackgroundWork background = new BackgroundWork();
    private final Random random = new Random(SEED);

    @Test
    void whoeverDiesAllIsToldInOrderAndHasItsEffectOnce(@TempDir Path folder) throws Exception {
        try (var kafka = KafkaProcess.start(folder.resolve("kafka"));
                var product = new CheckedProduct(
                        folder,
                        Map.of("rowhouse.kafka.bootstrap-servers", kafka.bootstrapServer()),
                        List.of("acme", "bolt"));
                var database = Database.open(product.control(), product.superuser(), 2);
                var events = new EventLog(KafkaSettings.local(kafka.bootstrapServer(), CheckedProduct.TOPIC_PREFIX))) {
            consume(product, database, events);
            var streams = product.tenants().stream()
                    .map(access -> new StreamReader(access, product::base))
                    .toList();
            for (var stream : streams) {
                stream.awaitBegin();
            }
            var writers = new Writers(product, SEED);
            kill(product, kafka, writers.journal());
            writers.stop();
            product.awaitPublished(PATIENCE.plus(OUTAGE.multipliedBy(2)));

            var published = new Published(product.houses()).read(kafka.bootstrapServer());
            var said = new Figures(published.size(), product, writers.journal(), streams);
            log.warn("{}", said);
            assertThat(verdict(product, published, writers)).isEmpty();
            assertThat(writers.journal().count(Outcome.DONE)).isGreaterThan(50L * KILLS);
            assertEffects(product, published);
            assertStreams(product, streams, published, writers);
            streams.forEach(StreamReader::close);
        } finally {
            background.close();
        }
    }

    /** What a run was. */
    private record Figures(int copies, CheckedProduct product, WriterJournal journal, List<StreamReader> streams) {

        @Override
        public String toString() {
            return KILLS + " kills: " + journal.count(Outcome.DONE) + " writes done, " + journal.count(Outcome.REFUSED)
                    + " refused, " + journal.count(Outcome.UNKNOWN) + " unknown; " + copies
                    + " copies of events in the topic, " + product.term() + " terms of the relay, "
                    + streams.stream().map(StreamReader::streams).toList() + " streams";
        }
    }

    private void kill(CheckedProduct product, KafkaProcess kafka, WriterJournal journal) throws InterruptedException {
        for (var n = 0; n < KILLS; n++) {
            peace();
            var victim = n % 2;
            var term = product.term();
            product.kill(victim);
            if (n == 0) {
                // The first one led.
                await().atMost(PATIENCE).until(() -> product.term() > term);
            }
            peace();
            if (n % 10 == 1) {
                takeAway(kafka, journal);
            }
            if (n + 1 < KILLS) {
                product.start(victim);
            }
        }
        peace();
    }

    private static void takeAway(KafkaProcess kafka, WriterJournal journal) throws InterruptedException {
        kafka.kill();
        var done = journal.count(Outcome.DONE);
        Thread.sleep(OUTAGE);
        assertThat(journal.count(Outcome.DONE)).as("writes go on without Kafka").isGreaterThan(done);
        kafka.start();
    }

    private void peace() throws InterruptedException {
        Thread.sleep(random.nextInt(LONGEST_PEACE_MILLIS));
    }

    private void consume(CheckedProduct product, Database database, EventLog events) {
        product.execute("CREATE TABLE effect (number bigint GENERATED ALWAYS AS IDENTITY, event text NOT NULL)");
        new InboxConsumer(events, database, new DeadLetters(database))
                .start(
                        background,
                        new Subscription("checker", Relay.TOPIC, EventHandler.each(event -> effect(database, event))));
    }

    private static Mono<Void> effect(Database database, Event event) {
        return database.client()
                .sql("INSERT INTO effect (event) VALUES (:event)")
                .bind("event", event.id().toString())
                .then();
    }

    private static List<String> verdict(CheckedProduct product, List<Told> told, Writers writers) {
        var houses = product.houses();
        return Verdict.of(
                told,
                houses.stream().flatMap(house -> house.recorded().stream()).toList(),
                writers.journal().writes(),
                houses.stream()
                        .flatMap(house -> house.rows().entrySet().stream())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static void assertEffects(CheckedProduct product, List<Told> published) {
        var ids = published.stream().map(Told::id).collect(Collectors.toSet());
        await().atMost(PATIENCE)
                .until(() -> Integer.parseInt(
                                product.query("SELECT count(*) FROM effect").getFirst())
                        >= ids.size());
        var effects = product.query("SELECT event FROM effect");
        assertThat(effects).hasSize(ids.size());
        assertThat(new HashSet<>(effects).equals(ids)).as("each effect once").isTrue();
        assertThat(product.query("SELECT id FROM dead_letter")).isEmpty();
    }

    private static void assertStreams(
            CheckedProduct product, List<StreamReader> streams, List<Told> published, Writers writers) {
        var ids = published.stream().map(Told::id).distinct().count();
        await().atMost(PATIENCE)
                .until(() -> streams.stream().mapToInt(StreamReader::count).sum() >= ids);
        assertThat(Verdict.repeated(told(streams))).isEmpty();
        assertThat(verdict(product, told(streams), writers)).isEmpty();
        assertThat(streams).allSatisfy(stream -> assertThat(stream.streams()).isGreaterThan(1));
    }

    private static List<Told> told(List<StreamReader> streams) {
        return streams.stream().flatMap(stream -> stream.told().stream()).toList();
    }
}
