package dev.rowhouse.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class RebuildTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String DATABASE = "rebuild_of_tests";
    private static final Path TABLES = Path.of("../tenancy/src/main/resources/db/control");
    private static final String LIVE = "live";
    private static final String SECOND = "second";

    private static Database database;

    private final BackgroundWork background = new BackgroundWork();
    private final AtomicInteger handled = new AtomicInteger();
    private EventLog events;
    private InboxConsumer consumer;
    private KafkaPublisher publisher;
    private Rebuild rebuild;

    @BeforeAll
    static void createTables() throws IOException {
        var postgres = PostgresServer.shared();
        var endpoint = postgres.createDatabase(DATABASE);
        postgres.execute(DATABASE, Files.readString(TABLES.resolve("V5__messaging.sql")));
        postgres.execute(DATABASE, Files.readString(TABLES.resolve("V10__sealed_letters.sql")));
        postgres.execute(DATABASE, "CREATE TABLE effect (maker text, number bigint)");
        database = Database.open(endpoint, postgres.superuser(), 6);
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void startConsumer(TestInfo test) {
        PostgresServer.shared().execute(DATABASE, "TRUNCATE inbox, dead_letter, effect");
        var prefix = test.getTestMethod().orElseThrow().getName() + ".";
        events = new EventLog(KafkaSettings.local(KafkaServer.shared().bootstrapServer(), prefix));
        publisher = events.publisher("rows", "relay");
        events.ensure("rows").block(SOON);
        consumer = new InboxConsumer(events, database, new DeadLetters(database));
        rebuild = new Rebuild(events, database, consumer);
        consumer.start(background, new Subscription(LIVE, "rows", EventHandler.each(event -> effect(LIVE, event))));
    }

    @AfterEach
    void end() {
        background.close();
        publisher.close().block(SOON);
        events.close();
    }

    @Test
    void bothHaveTakenTheSameEventsWhenTheSuccessorTakesOver() {
        publish(1, 200);
        publish(150, 400);
        await().atMost(SOON).until(() -> effects(LIVE).size() == 400);
        var writing = new AtomicBoolean(true);
        var last = new AtomicInteger(400);
        background.start(
                "writing",
                Mono.defer(() -> {
                            var from = last.get() - 3;
                            return publisher.publish(Events.numbered(from, last.addAndGet(20)));
                        })
                        .repeat(writing::get)
                        .then());

        var seen = rebuild.run(LIVE, "rows", new Second()).block(SOON);
        writing.set(false);

        assertThat(seen)
                .as("live and second, under the lock")
                .matches(counts -> counts.getFirst().equals(counts.getLast()));
        assertThat(seen.getFirst()).isGreaterThanOrEqualTo(400);
        await().atMost(SOON).until(() -> effects(LIVE).size() == last.get());
        assertThat(effects(LIVE)).doesNotHaveDuplicates();
        assertThat(effects(SECOND))
                .doesNotHaveDuplicates()
                .hasSize(seen.getLast().intValue());
        assertThat(PostgresServer.shared().query(DATABASE, "SELECT 1 FROM inbox WHERE consumer = 'second'"))
                .isEmpty();
    }

    @Test
    void aRebuildThatIsInterruptedGoesOnWithWhatItHadDone() {
        publish(1, 300);
        await().atMost(SOON).until(() -> effects(LIVE).size() == 300);
        var broken = new Second() {
            @Override
            public Mono<List<Long>> takeOver(@Nullable Instant expiredBefore) {
                return Mono.never();
            }
        };
        var interrupted = rebuild.run(LIVE, "rows", broken).timeout(Duration.ofSeconds(4));
        assertThatThrownBy(() -> interrupted.block(SOON)).hasMessageContaining("4000ms");
        assertThat(effects(SECOND)).hasSize(300);
        handled.set(0);
        publish(301, 310);

        await().atMost(SOON).until(() -> effects(LIVE).size() == 310);
        rebuild.run(LIVE, "rows", new Second()).block(SOON);

        assertThat(effects(SECOND)).hasSize(310).doesNotHaveDuplicates();
        assertThat(handled.get()).as("events handled again").isEqualTo(10);
    }

    @Test
    void aTakeOverThatFailsIsRolledBackAndTriedAgain() {
        publish(1, 30);
        await().atMost(SOON).until(() -> effects(LIVE).size() == 30);
        var failures = new AtomicInteger(2);
        var failing = new Second() {
            @Override
            public Mono<List<Long>> takeOver(@Nullable Instant expiredBefore) {
                return super.takeOver(expiredBefore)
                        .flatMap(counts -> failures.getAndDecrement() > 0
                                ? Mono.error(new IllegalStateException("not yet"))
                                : Mono.just(counts));
            }
        };

        assertThat(rebuild.run(LIVE, "rows", failing).block(SOON)).containsExactly(30L, 30L);
        assertThat(effects(SECOND)).hasSize(30).doesNotHaveDuplicates();
        publish(31, 40);
        await().atMost(SOON).until(() -> effects(LIVE).size() == 40);
    }

    @Test
    void whatTheSuccessorCannotTakeStandsInPlaceOfWhatItsConsumerCouldNot() {
        publish(1, 10);
        TopicReader.write(KafkaServer.shared().bootstrapServer(), events.name("rows"), "b", "no event");
        publish(11, 20);
        await().atMost(SOON).until(() -> letters(LIVE).size() + effects(LIVE).size() == 21);
        var before = letters(LIVE);

        rebuild.run(LIVE, "rows", new Second()).block(SOON);

        assertThat(letters(LIVE)).isEqualTo(before).isNotEmpty();
        assertThat(letters(SECOND)).isEmpty();
        assertThat(effects(SECOND)).containsExactlyInAnyOrderElementsOf(effects(LIVE));
    }

    @Test
    void whoRebuildsIsToldBeforeWhenRecordsMayHaveExpired() {
        publish(1, 30);
        await().atMost(SOON).until(() -> effects(LIVE).size() == 30);
        var before = Instant.now();
        var partition = Integer.parseInt(PostgresServer.shared()
                .query(DATABASE, "SELECT min(partition) FROM inbox WHERE consumer = 'live'")
                .getFirst());
        var told = new ArrayList<@Nullable Instant>();
        var listening = new Second() {
            @Override
            public EventHandler handler(@Nullable Instant expiredBefore) {
                told.add(expiredBefore);
                return super.handler(expiredBefore);
            }
        };
        rebuild.run(LIVE, "rows", listening).block(SOON);
        TopicReader.expire(KafkaServer.shared().bootstrapServer(), events.name("rows"), partition, 3);
        rebuild.run(LIVE, "rows", listening).block(SOON);

        assertThat(told.getFirst()).as("of a whole topic").isNull();
        assertThat(told.getLast()).as("of one that begins later").isNotNull().isBefore(before);
    }

    /** Emits how many effects each maker has had. */
    private class Second implements Successor<List<Long>> {

        @Override
        public String consumer() {
            return SECOND;
        }

        @Override
        public EventHandler handler(@Nullable Instant expiredBefore) {
            return EventHandler.each(event -> {
                handled.incrementAndGet();
                return effect(SECOND, event);
            });
        }

        @Override
        public Mono<List<Long>> takeOver(@Nullable Instant expiredBefore) {
            return count(LIVE).zipWhen(_ -> count(SECOND)).map(counts -> List.of(counts.getT1(), counts.getT2()));
        }
    }

    private static Mono<Long> count(String maker) {
        return database.client()
                .sql("SELECT count(*) AS n FROM effect WHERE maker = :maker")
                .bind("maker", maker)
                .map(row -> row.get("n", Long.class))
                .one();
    }

    private static Mono<Void> effect(String maker, Event event) {
        return database.client()
                .sql("INSERT INTO effect (maker, number) VALUES (:maker, :number)")
                .bind("maker", maker)
                .bind("number", event.id().number())
                .then();
    }

    private void publish(long from, long to) {
        publisher
                .publish(Events.numbered(from, to))
                .subscribeOn(Schedulers.boundedElastic())
                .block(SOON);
    }

    private static List<Long> effects(String maker) {
        return PostgresServer.shared()
                .query(DATABASE, "SELECT number FROM effect WHERE maker = '" + maker + "'")
                .stream()
                .map(Long::valueOf)
                .toList();
    }

    private static List<String> letters(String consumer) {
        return PostgresServer.shared()
                .query(
                        DATABASE,
                        "SELECT partition || ' ' || \"offset\" || ' ' || reason FROM dead_letter WHERE consumer = '"
                                + consumer + "' ORDER BY 1");
    }
}
