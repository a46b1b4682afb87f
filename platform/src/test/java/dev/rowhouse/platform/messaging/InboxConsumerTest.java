package dev.rowhouse.platform.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import reactor.core.publisher.Mono;

class InboxConsumerTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String DATABASE = "inbox_of_tests";
    private static final Path TABLES = Path.of("../tenancy/src/main/resources/db/control");
    private static final String CONSUMER = "counter";

    private static Database database;

    private final BackgroundWork background = new BackgroundWork();
    private final Set<String> poison = ConcurrentHashMap.newKeySet();
    private final AtomicInteger calls = new AtomicInteger();
    private EventLog events;
    private DeadLetters deadLetters;
    private KafkaPublisher publisher;
    private String topic;

    @BeforeAll
    static void createTables() throws IOException {
        var postgres = PostgresServer.shared();
        var endpoint = postgres.createDatabase(DATABASE);
        postgres.execute(DATABASE, Files.readString(TABLES.resolve("V5__messaging.sql")));
        postgres.execute(DATABASE, Files.readString(TABLES.resolve("V10__sealed_letters.sql")));
        postgres.execute(
                DATABASE,
                "CREATE TABLE effect (position bigint GENERATED ALWAYS AS IDENTITY, consumer text, number bigint)");
        database = Database.open(endpoint, postgres.superuser(), 4);
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
        topic = events.name("rows");
        deadLetters = new DeadLetters(database);
        publisher = events.publisher("rows", "relay");
        events.ensure("rows").block(SOON);
        new InboxConsumer(events, database, deadLetters).start(background, subscription());
    }

    @AfterEach
    void end() {
        background.close();
        publisher.close().block(SOON);
        events.close();
    }

    @Test
    void whatComesTwiceHasItsEffectOnce() {
        publish(Events.numbered(1, 50));
        publish(Events.numbered(1, 50));
        publish(Events.numbered(40, 120));

        await().atMost(SOON).until(() -> effects().size() == 120);
        publish(Events.numbered(100, 121));
        await().atMost(SOON).until(() -> effects().contains(121L));
        assertThat(effects())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 121).boxed().toList());
    }

    @Test
    void anEffectThatFailedIsRolledBackAndHadOnce() {
        poison.add("5 once");
        publish(Events.numbered(1, 10));

        await().atMost(SOON).until(() -> effects().size() == 10);
        assertThat(effects())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 10).boxed().toList());
        assertThat(letters()).isEmpty();
    }

    @Test
    void onlyThePoisonedKeyIsParkedAndItsReplayIsInOrder() {
        poison.add("2");
        publish(Events.ofKey("bad", 1, 2, 3));
        publish(Events.ofKey("good", 4, 5));
        publish(Events.ofKey("bad", 6));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> letters().size() == 3 && effects().size() == 3);

        assertThat(effects()).containsExactlyInAnyOrder(1L, 4L, 5L);
        assertThat(letters())
                .extracting(DeadLetter::reason)
                .containsExactly(DeadLetter.Reason.FAILED, DeadLetter.Reason.BEHIND, DeadLetter.Reason.BEHIND);
        assertThat(letters().getFirst().error()).contains("poison 2");
        assertThat(letters().getFirst().tries()).isGreaterThan(1);

        var second = letters().get(1).id();
        assertThatThrownBy(() -> deadLetters.replay(second).block(SOON)).isInstanceOf(DeadLetterError.NotFirst.class);
        var first = letters().getFirst().id();
        var failed = deadLetters.replay(first).block(SOON);
        assertThat(failed.delivered()).isZero();
        assertThat(failed.left()).isEqualTo(3);
        assertThat(failed.error()).contains("poison 2");

        poison.clear();
        assertThat(deadLetters.replay(first).block(SOON)).isEqualTo(new DeadLetters.Replay(3, 0, null));
        publish(Events.ofKey("bad", 7));
        await().atMost(SOON).until(() -> effects().contains(7L));
        assertThat(effects()).filteredOn(number -> number < 4 || number > 5).containsExactly(1L, 2L, 3L, 6L, 7L);
    }

    @Test
    void whatIsNoEventIsDeadAtOnceAndDiscardingItLetsTheOthersPass() {
        TopicReader.write(KafkaServer.shared().bootstrapServer(), topic, "bad", "no json, no headers");
        publish(Events.ofKey("bad", 1, 2));
        publish(Events.ofKey("good", 3));
        await().atMost(SOON).until(() -> letters().size() == 3 && effects().size() == 1);

        var unreadable = letters().getFirst();
        assertThat(unreadable.reason()).isEqualTo(DeadLetter.Reason.UNREADABLE);
        assertThat(new String(unreadable.value(), UTF_8)).isEqualTo("no json, no headers");
        assertThat(deadLetters.replay(unreadable.id()).block(SOON).error()).contains("ce_specversion");

        assertThat(deadLetters.discard(unreadable.id()).block(SOON)).isEqualTo(new DeadLetters.Replay(2, 0, null));
        assertThat(effects()).containsExactly(3L, 1L, 2L);
        assertThat(deadLetters.discard(unreadable.id()).blockOptional(SOON)).isEmpty();
    }

    @Test
    void whileTheDatabaseIsAwayNothingDies() {
        publish(Events.numbered(1, 3));
        await().atMost(SOON).until(() -> effects().size() == 3);
        lock(true);
        publish(Events.numbered(4, 9));
        var before = calls.get();
        await().pollDelay(Duration.ofSeconds(3)).until(() -> calls.get() == before);
        lock(false);

        await().atMost(SOON).until(() -> effects().size() == 9);
        assertThat(letters()).isEmpty();
    }

    private static void lock(boolean locked) {
        PostgresServer.shared().execute("ALTER DATABASE " + DATABASE + " ALLOW_CONNECTIONS " + !locked);
        PostgresServer.shared()
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + DATABASE + "'");
    }

    private Subscription subscription() {
        return new Subscription(CONSUMER, "rows", EventHandler.each(this::effect));
    }

    private Mono<Void> effect(Event event) {
        calls.incrementAndGet();
        var number = event.id().number();
        return database.client()
                .sql("INSERT INTO effect (consumer, number) VALUES (:consumer, :number)")
                .bind("consumer", CONSUMER)
                .bind("number", number)
                .then()
                .then(Mono.defer(() -> poison.remove(number + " once") || poison.contains(Long.toString(number))
                        ? Mono.error(new IllegalStateException("poison " + number))
                        : Mono.empty()));
    }

    private void publish(List<KeyedEvent> batch) {
        publisher.publish(batch).block(SOON);
    }

    private static List<Long> effects() {
        return PostgresServer.shared().query(DATABASE, "SELECT number FROM effect ORDER BY position").stream()
                .map(Long::valueOf)
                .toList();
    }

    private List<DeadLetter> letters() {
        return deadLetters.list(CONSUMER, null, 100, 0).collectList().block(SOON);
    }
}
