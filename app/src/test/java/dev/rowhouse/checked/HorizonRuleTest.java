package dev.rowhouse.checked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.checked.Write.Outcome;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.tenancy.house.TestShard;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The same writes, read while they happen by the journal's own rule and by the newest position that was seen: the one is told
 * all, and that the other is not is seen here as well.
 */
class HorizonRuleTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int WRITERS = 4;
    private static final int WRITES = 60;
    private static final String TENANT = "acme";

    private static PostgresServer server;
    private static TestShard shard;
    private static CheckedHouse house;
    private static Journal journal;

    private final WriterJournal answers = new WriterJournal();
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Told> naivelyTold = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void build() {
        server = PostgresServer.start();
        shard = TestShard.prepared(server);
        house = new CheckedHouse(
                TENANT, shard.build(CheckedBlueprint.SQL).id(), shard.definition.endpoint(), server.superuser());
        journal = new Journal(TestShard.LOGINS);
        journal.open(shard.definition);
    }

    @AfterAll
    static void close() {
        journal.close();
        shard.close();
        server.close();
    }

    @Test
    void noLateCommitIsLeftOut() {
        var quiet = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var cursor = new NaiveCursor(house);
                var late = house.service()) {
            late.execute("BEGIN");
            late.execute("INSERT INTO plain (id, word) VALUES ('late', 'late')");
            var position = drawn();
            var readers = List.of(
                    CompletableFuture.runAsync(() -> read(quiet), threads),
                    CompletableFuture.runAsync(() -> read(cursor, quiet), threads));
            var writers = IntStream.range(0, WRITERS)
                    .mapToObj(seed -> CompletableFuture.runAsync(() -> write(seed), threads))
                    .toList();
            await().atMost(SOON).until(() -> cursor.position() > position);
            assertThat(told).as("an open transaction holds the horizon").isEmpty();
            late.execute("COMMIT");
            answers.add(TENANT, "late", 1, Outcome.DONE);
            writers.forEach(CompletableFuture::join);
            quiet.set(true);
            readers.forEach(CompletableFuture::join);
        }

        assertThat(answers.count(Outcome.DONE)).isGreaterThan(WRITERS * WRITES / 2);
        assertThat(answers.count(Outcome.REFUSED)).isGreaterThan(WRITERS);
        assertThat(verdict(told)).isEmpty();
        assertThat(verdict(naivelyTold))
                .as("what is told by the newest position seen")
                .anyMatch(said -> said.startsWith("the row acme/plain/late is "))
                .anyMatch(said -> said.startsWith("told 0 times: Write[tenant=acme, mark=late"));
    }

    private List<String> verdict(Iterable<Told> told) {
        var copies = new ArrayList<Told>();
        told.forEach(copies::add);
        return Verdict.of(copies, house.recorded(), answers.writes(), house.rows());
    }

    private void write(int seed) {
        try (var writer = new SqlWriter("w" + seed, seed, house, answers)) {
            IntStream.range(0, WRITES).forEach(_ -> writer.write());
        }
    }

    /** Reads until it is quiet, and then all there is. */
    private void read(AtomicBoolean quiet) {
        var name = shard.definition.name();
        var position = 0L;
        var last = false;
        while (!last) {
            last = quiet.get() && journal.horizon(name).block(SOON) >= drawn();
            for (var page = journal.read(name, position, 50).block(SOON);
                    page.through() > position;
                    page = journal.read(name, position, 50).block(SOON)) {
                page.entries().stream().map(HorizonRuleTest::told).forEach(told::add);
                position = page.through();
            }
        }
    }

    private void read(NaiveCursor cursor, AtomicBoolean quiet) {
        var last = false;
        while (!last) {
            last = quiet.get();
            naivelyTold.addAll(cursor.read());
        }
    }

    private static long drawn() {
        try (var session = shard.superuser()) {
            return session.query("SELECT last_value FROM rowhouse.journal_position", row -> row.getLong(1))
                    .getFirst();
        }
    }

    private static Told told(JournalEntry entry) {
        return new Told(
                entry.house() + "-" + entry.position(),
                new RowName(TENANT, entry.relation(), entry.keyValues().getFirst()),
                entry.change(),
                json(entry.before()),
                json(entry.after()));
    }

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : JsonMapper.shared().readTree(text);
    }
}
