package dev.rowhouse.tenancy.relay;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.DeadLetters;
import dev.rowhouse.platform.messaging.Event;
import dev.rowhouse.platform.messaging.EventHandler;
import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.platform.messaging.InboxConsumer;
import dev.rowhouse.platform.messaging.KafkaSettings;
import dev.rowhouse.platform.messaging.Subscription;
import dev.rowhouse.platform.messaging.TopicReader;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.house.TestShard;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalBacklog;
import dev.rowhouse.tenancy.journal.JournalPage;
import dev.rowhouse.tenancy.onboarding.Installation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From rows that were really changed to what Kafka has of them. */
class RelayTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final UUID TENANT = UUID.fromString("0197a1b2-0000-7000-8000-000000000001");

    private static TestShard shard;
    private static House house;
    private static House nobodys;
    private static PostgresEndpoint controlEndpoint;
    private static Database control;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Journal journal;
    private EventLog events;
    private String topic;

    @BeforeAll
    static void build() {
        shard = TestShard.prepared();
        var blueprint = "CREATE TABLE item (id int PRIMARY KEY, n int NOT NULL, text text)";
        house = shard.build(blueprint);
        nobodys = shard.build(blueprint);
        controlEndpoint = Installation.emptyControlDatabase();
        control = Database.open(controlEndpoint, PostgresServer.shared().superuser(), 4);
        PostgresServer.shared().execute(controlEndpoint.database(), """
                INSERT INTO shard (name, host, port, database, region, weight, draining, lanes, labels, registered_by, changed_by)
                VALUES ('%1$s', 'h', 1, 'd', 'r', 1, false, 1, '{}', 'a', 'a');
                INSERT INTO house (id, shard, blueprint, version, lanes, state, tenant)
                VALUES ('%2$s', '%1$s', 'b', 1, '{1}', 'taken', '%4$s'), ('%3$s', '%1$s', 'b', 1, '{1}', 'ready', NULL);
                INSERT INTO tenant (id, slug, name, state, plan, blueprint, blueprint_version, shard, house, labels, version, changed_in)
                VALUES ('%4$s', 'acme', 'Acme', 'active', 'standard', 'b', 1, '%1$s', '%2$s', '{}', 1, '1');
                CREATE TABLE effect (position bigint GENERATED ALWAYS AS IDENTITY, subject text, id text);
                """.formatted(
                        shard.definition.name(), house.id(), nobodys.id(), TENANT));
    }

    @AfterAll
    static void close() {
        control.close();
        shard.close();
    }

    @BeforeEach
    void openJournal(TestInfo test) {
        try (var session = shard.superuser()) {
            session.execute("TRUNCATE " + item(house) + "; TRUNCATE rowhouse.journal_reader");
        }
        journal = journal();
        events = events(KafkaServer.shared().bootstrapServer(), test);
        topic = events.name(Relay.TOPIC);
        journal.position(shard.definition.name(), Relay.READER).block(SOON);
    }

    @AfterEach
    void end() throws Exception {
        for (var one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void whatIsCommittedIsPublishedInTheOrderOfEachRow() {
        relay(journal, events);
        sql("INSERT INTO %s SELECT n, 1, 'ü' FROM generate_series(1, 300) AS n");
        sql("UPDATE %s SET n = n + 1 WHERE id <= 100");
        sql("UPDATE %s SET n = n + 1 WHERE id <= 50");
        sql("BEGIN; UPDATE %s SET n = 99; ROLLBACK");
        sql(nobodys, "INSERT INTO %s VALUES (1, 1)");
        sql("DELETE FROM %s WHERE id = 7");
        sql("TRUNCATE %s");
        await().atMost(SOON).until(() -> records().size() == 300 + 100 + 50 + 1 + 1);

        var versions = records().stream()
                .filter(record -> data(record).has("after"))
                .collect(groupingBy(
                        record -> header(record, "ce_subject"),
                        mapping(record -> data(record).get("after").get("n").intValue(), toList())));
        assertThat(versions).hasSize(300);
        assertThat(versions.get("item/7")).containsExactly(1, 2, 3);
        assertThat(versions.get("item/70")).containsExactly(1, 2);
        assertThat(versions.get("item/170")).containsExactly(1);
        assertThat(records()).extracting(record -> header(record, "ce_id")).doesNotHaveDuplicates();
        assertThat(records()).extracting(record -> header(record, "ce_source")).containsOnly("/t/acme");
        assertThat(records())
                .filteredOn(record -> header(record, "ce_type").equals("dev.rowhouse.row.deleted"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo(TENANT + "/item/7");
                    assertThat(data(record).get("before").get("text").stringValue())
                            .isEqualTo("ü");
                });
    }

    @Test
    void whatWasSentAndNotNotedIsSentAgainAndHasItsEffectOnce() {
        var unheard = new AtomicInteger(2);
        var relay = new ShardRelay(
                shard.definition.name(),
                new Unheard(ShardJournal.of(journal, shard.definition.name(), Relay.READER, 40), unheard),
                new HouseTenants(control),
                rows(),
                events);
        var background = opened(new BackgroundWork());
        new InboxConsumer(events, control, new DeadLetters(control))
                .start(background, new Subscription("effects", Relay.TOPIC, EventHandler.each(RelayTest::effect)));
        background.start("relay", relay.terms(term -> term, () -> true));
        sql("INSERT INTO %s SELECT n, 1 FROM generate_series(1, 100) AS n");
        IntStream.range(0, 50).forEach(_ -> sql("UPDATE %s SET n = n + 1 WHERE id = 1"));
        await().atMost(SOON).until(() -> lag().changes() == 0 && effects().size() >= 150);

        var ids = records().stream().map(record -> header(record, "ce_id")).toList();
        assertThat(ids.size()).as("physical copies").isGreaterThan(150);
        assertThat(new HashSet<>(ids)).hasSize(150);
        assertThat(effects()).hasSize(150).doesNotHaveDuplicates();
    }

    /** A journal whose answer to the first notes is not heard: one that it took, and one that it did not. */
    private record Unheard(ShardJournal journal, AtomicInteger left) implements ShardJournal {

        @Override
        public Mono<Long> lead() {
            return journal.lead();
        }

        @Override
        public Mono<Long> position() {
            return journal.position();
        }

        @Override
        public Mono<JournalPage> read(long after) {
            return journal.read(after);
        }

        @Override
        public Duration pause() {
            return journal.pause();
        }

        @Override
        public Mono<Boolean> advance(long position, long term) {
            return switch (left.getAndUpdate(many -> Math.max(0, many - 1))) {
                case 2 -> Mono.error(new IllegalStateException("not sent"));
                case 1 -> journal.advance(position, term).then(Mono.error(new IllegalStateException("not heard")));
                default -> journal.advance(position, term);
            };
        }
    }

    private Set<String> ids() {
        return records().stream().map(record -> header(record, "ce_id")).collect(Collectors.toSet());
    }

    @Test
    void whenTheLeaderLosesItsConnectionAnotherTakesOver() {
        relay(journal, events);
        relay(journal(), events);
        sql("INSERT INTO %s VALUES (1, 1)");
        await().atMost(SOON).until(() -> records().size() == 1);
        var term = term();
        assertThat(leaders()).hasSize(1);

        PostgresServer.shared()
                .execute("SELECT pg_terminate_backend(" + leaders().getFirst() + ")");
        await().atMost(SOON).until(() -> term() > term);
        sql("UPDATE %s SET n = 2");
        // What the one had sent and not noted the other sends again, by the same id.
        await().atMost(SOON).until(() -> ids().size() >= 2);

        assertThat(ids()).hasSize(2);
        var position = journal.position(shard.definition.name(), Relay.READER).block(SOON);
        assertThat(journal.advance(shard.definition.name(), Relay.READER, position + 1, term)
                        .block(SOON))
                .as("the old term moves nothing")
                .isFalse();
    }

    @Test
    void aChangeTooLargeForARecordGoesOutAsAReference() {
        relay(journal, events);
        sql("INSERT INTO %s VALUES (1, 1, repeat('x', 2000000)), (2, 1, 'small')");
        sql("UPDATE %s SET n = 2 WHERE id = 2");
        await().atMost(SOON).until(() -> records().size() == 3);

        var large = records().stream()
                .filter(record -> header(record, "ce_subject").equals("item/1"))
                .findFirst()
                .orElseThrow();
        assertThat(header(large, "ce_dataref")).isEqualTo("https://rows.test/acme/item/1");
        assertThat(data(large).has("after")).isFalse();
        assertThat(data(large).get("key").get("id").intValue()).isEqualTo(1);
    }

    @Test
    void whileKafkaIsAwayWritesGoOnAndTheBacklogFollowsInOrder(@TempDir Path directory, TestInfo test) {
        var port = FreePort.any();
        var late = events("127.0.0.1:" + port, test);
        var meters = new SimpleMeterRegistry();
        var lag = new RelayLag(journal, meters, new RelaySettings(1_000, Duration.ofMillis(200), Duration.ofDays(1)));
        relay(journal, late);
        sql("INSERT INTO %s VALUES (1, 1)");
        IntStream.range(0, 20).forEach(_ -> sql("UPDATE %s SET n = n + 1"));
        await().atMost(SOON).untilAsserted(() -> {
            lag.look().block(SOON);
            assertThat(meters.get("rowhouse.relay.late").gauge().value()).isEqualTo(1);
            assertThat(meters.get("rowhouse.relay.lag.entries").gauge().value()).isEqualTo(21);
            assertThat(meters.get("rowhouse.relay.lag.seconds").gauge().value()).isGreaterThan(0.2);
        });

        var kafka = opened(KafkaServer.keeping(directory, port));
        await().atMost(SOON).until(() -> lag().changes() == 0);
        lag.look().block(SOON);
        assertThat(meters.get("rowhouse.relay.late").gauge().value()).isZero();
        assertThat(TopicReader.all(kafka.bootstrapServer(), topic))
                .extracting(record -> data(record).get("after").get("n").intValue())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 21).boxed().toList());
    }

    private void relay(Journal of, EventLog to) {
        var relay = opened(new Relay(
                () -> List.of(shard.definition),
                of,
                new LockLeadership(TestShard.LOGINS),
                new HouseTenants(control),
                RelayTest::address,
                to,
                new RelaySettings(100, Duration.ofMinutes(1), Duration.ofDays(1))));
        relay.start();
    }

    private Journal journal() {
        var opened = opened(new Journal(TestShard.LOGINS));
        opened.open(shard.definition);
        return opened;
    }

    private EventLog events(String bootstrapServer, TestInfo test) {
        return opened(new EventLog(new KafkaSettings(
                List.of(bootstrapServer),
                test.getTestMethod().orElseThrow().getName() + ".",
                3,
                1,
                Duration.ofDays(1),
                500_000,
                Map.of("max.block.ms", "2000", "default.api.timeout.ms", "2000", "request.timeout.ms", "1000"))));
    }

    private static RowEvents rows() {
        return new RowEvents(RelayTest::address);
    }

    private static String address(Slug tenant, String relation, List<String> key) {
        return "https://rows.test/" + tenant + "/" + relation + "/" + String.join(",", key);
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    private static Mono<Void> effect(Event event) {
        return control.client()
                .sql("INSERT INTO effect (subject, id) VALUES (:subject, :id)")
                .bind("subject", event.subject())
                .bind("id", event.id().toString())
                .then();
    }

    private static List<String> effects() {
        return PostgresServer.shared().query(controlEndpoint.database(), "SELECT id FROM effect ORDER BY position");
    }

    private JournalBacklog lag() {
        return journal.backlog(shard.definition.name(), Relay.READER).block(SOON);
    }

    private static long term() {
        return Long.parseLong(PostgresServer.shared()
                .query(
                        shard.definition.endpoint().database(),
                        "SELECT epoch FROM rowhouse.journal_reader WHERE name = 'relay'")
                .getFirst());
    }

    private static List<String> leaders() {
        return PostgresServer.shared()
                .query(
                        "postgres",
                        "SELECT l.pid FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) "
                                + "WHERE l.locktype = 'advisory' AND a.application_name = 'rowhouse-lock'");
    }

    private static void sql(String statement) {
        sql(house, statement);
    }

    private static void sql(House in, String statement) {
        try (var session = shard.superuser()) {
            session.execute(statement.formatted(item(in)));
        }
    }

    private static String item(House in) {
        return in.id().schema().quoted() + ".item";
    }

    private List<ConsumerRecord<String, String>> records() {
        return TopicReader.all(KafkaServer.shared().bootstrapServer(), topic);
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return TopicReader.headers(record).get(name);
    }

    private static JsonNode data(ConsumerRecord<String, String> record) {
        return JsonMapper.shared().readTree(record.value());
    }
}
