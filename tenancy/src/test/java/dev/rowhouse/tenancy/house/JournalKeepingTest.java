package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.journal.JournalMarks;
import dev.rowhouse.tenancy.journal.JournalPage;
import dev.rowhouse.tenancy.journal.JournalTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What a shard's journal says of changes that were really made, whoever made them and however. */
class JournalKeepingTest {

    private static final String BLUEPRINT = """
            CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(10, 2) DEFAULT 1.50);
            CREATE TABLE line (item int REFERENCES item ON DELETE CASCADE ON UPDATE CASCADE, number int, PRIMARY KEY (item, number));
            CREATE TABLE silent (id int PRIMARY KEY);
            COMMENT ON TABLE silent IS 'Nobody need know. @journal off';
            CREATE TABLE keyed (id int PRIMARY KEY, secret text);
            COMMENT ON TABLE keyed IS '@journal keys';
            CREATE TABLE bare (word text);
            CREATE TABLE reading (at date, value int, PRIMARY KEY (at, value)) PARTITION BY RANGE (at);
            CREATE TABLE reading_old PARTITION OF reading FOR VALUES FROM ('2020-01-01') TO ('2025-01-01');
            CREATE TABLE reading_new PARTITION OF reading FOR VALUES FROM ('2025-01-01') TO ('2030-01-01');
            CREATE TABLE task (id int PRIMARY KEY, state int NOT NULL, touched int NOT NULL DEFAULT 0);
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                UPDATE task SET touched = touched + 1 WHERE id = NEW.id AND touched < NEW.state;
                RETURN NULL;
              END $$;
            CREATE TRIGGER touched AFTER INSERT OR UPDATE ON task FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE FUNCTION add_items(many int) RETURNS void LANGUAGE sql AS $$
              INSERT INTO item (id, name) SELECT n, 'made' FROM generate_series(1000, 999 + many) AS n $$;
            CREATE TABLE sorted (id int, kind text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
            CREATE TABLE sorted_a PARTITION OF sorted FOR VALUES IN ('a', 'b');
            CREATE TABLE sorted_refusing PARTITION OF sorted FOR VALUES IN ('refusing');
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER refusing BEFORE INSERT ON sorted_refusing FOR EACH ROW EXECUTE FUNCTION refuse();
            CREATE FUNCTION as_owner(sql text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN EXECUTE sql; END $$;
            CREATE TABLE letters (r int PRIMARY KEY, o int, n int, x int, image int, origin text);
            CREATE TYPE shade AS ENUM ('dark', 'light');
            CREATE FUNCTION shade_json(shade) RETURNS json LANGUAGE sql AS $$ SELECT to_json('x'::text) $$;
            CREATE CAST (shade AS json) WITH FUNCTION shade_json(shade);
            CREATE TABLE shaded (id int PRIMARY KEY, shade shade);
            CREATE TABLE document (id text PRIMARY KEY, body json);
            CREATE TYPE mood AS ENUM ('sad', 'glad');
            CREATE FUNCTION mood_json(mood) RETURNS json LANGUAGE sql AS $$ SELECT to_json('x'::text) $$;
            """;

    private static TestShard shard;
    private static House house;
    private static Journal journal;

    @BeforeAll
    static void build() {
        shard = TestShard.prepared();
        house = shard.build(BLUEPRINT);
        journal = new Journal(TestShard.LOGINS);
        journal.open(shard.definition);
    }

    @AfterAll
    static void close() {
        journal.close();
        shard.close();
    }

    private static AdministrativeSession service(House of) {
        var session = shard.lane(1);
        session.execute("SET ROLE " + of.id().role(CallerClass.SERVICE).quoted() + "; SET search_path = "
                + of.id().schema().quoted());
        return session;
    }

    private static List<JournalEntry> read(long after) {
        var entries = new ArrayList<JournalEntry>();
        var position = after;
        while (true) {
            var page = journal.read(shard.definition.name(), position, 100).block(TestShard.PATIENCE);
            entries.addAll(page.entries());
            if (page.through() == position) {
                return entries;
            }
            position = page.through();
        }
    }

    /** Reads what was committed, however long others of the server keep the horizon where it is. */
    private static List<JournalEntry> written(long after) {
        await().atMost(TestShard.PATIENCE).until(() -> now() >= last());
        return read(after);
    }

    private static long now() {
        return journal.horizon(shard.definition.name()).block(TestShard.PATIENCE);
    }

    /** Runs {@code sql} and returns what the journal says of it. */
    private static List<String> told(String sql) {
        var before = now();
        try (var session = service(house)) {
            session.execute(sql);
        }
        return written(before).stream().map(JournalKeepingTest::text).toList();
    }

    private static String text(JournalEntry entry) {
        return entry.relation() + " " + entry.change() + " " + entry.key() + " " + entry.before() + " " + entry.after();
    }

    @Test
    void everyWayToChangeARowIsSeen() {
        assertThat(told("INSERT INTO item VALUES (1, 'one', 2)"))
                .containsExactly("item INSERT { \"id\" : 1 } null {\"id\":1,\"name\":\"one\",\"price\":2.00}");
        assertThat(told("UPDATE item SET name = 'uno' WHERE id = 1"))
                .containsExactly("item UPDATE { \"id\" : 1 } {\"id\":1,\"name\":\"one\",\"price\":2.00}"
                        + " {\"id\":1,\"name\":\"uno\",\"price\":2.00}");
        assertThat(told("INSERT INTO line VALUES (1, 1), (1, 2)")).hasSize(2);
        assertThat(told("INSERT INTO item VALUES (1, 'eins') ON CONFLICT (id) DO UPDATE SET name = excluded.name"))
                .singleElement()
                .asString()
                .startsWith("item UPDATE")
                .endsWith("\"name\":\"eins\",\"price\":2.00}");
        assertThat(told("SELECT add_items(2)")).hasSize(2).allMatch(entry -> entry.startsWith("item INSERT"));
        assertThat(told("DELETE FROM item WHERE id = 1").stream()
                        .map(entry -> entry.substring(0, 11))
                        .toList())
                .as("the lines go with their item")
                .containsExactlyInAnyOrder("line DELETE", "line DELETE", "item DELETE");
        assertThat(told("TRUNCATE keyed")).as("service may").containsExactly("keyed TRUNCATE null null null");
        assertThat(told("UPDATE item SET name = 'nobody' WHERE id = -1")).isEmpty();
    }

    @Test
    void aColumnMayHaveAnyName() {
        var letters = "\"o\":null,\"n\":null,\"x\":null,\"image\":null,\"origin\":null}";
        assertThat(
                        told(
                                "INSERT INTO letters VALUES (1); INSERT INTO letters VALUES (2), (3); UPDATE letters SET r = 4 WHERE r = 1;"
                                        + " UPDATE letters SET r = r + 10 WHERE r < 4; DELETE FROM letters WHERE r = 4; DELETE FROM letters"))
                .hasSize(3 + 2 + 4 + 1 + 2)
                .allMatch(entry -> entry.endsWith(letters) || entry.endsWith(letters + " null"));
    }

    @Test
    void aChangedKeyIsARowThatWentAndOneThatCame() {
        told("INSERT INTO item VALUES (5, 'five'); INSERT INTO line VALUES (5, 1)");
        assertThat(told("UPDATE item SET id = 6 WHERE id = 5").stream()
                        .map(entry -> entry.substring(0, entry.indexOf('}')))
                        .toList())
                .containsExactlyInAnyOrder(
                        "item DELETE { \"id\" : 5 ",
                        "item INSERT { \"id\" : 6 ",
                        "line DELETE { \"item\" : 5, \"number\" : 1 ",
                        "line INSERT { \"item\" : 6, \"number\" : 1 ");
    }

    @Test
    void aTableSaysInItsCommentWhatIsKept() {
        assertThat(told("INSERT INTO silent VALUES (1)")).isEmpty();
        assertThat(told("INSERT INTO keyed VALUES (1, 'CANARY'); UPDATE keyed SET secret = 'x'; DELETE FROM keyed"))
                .containsExactly(
                        "keyed INSERT { \"id\" : 1 } null null",
                        "keyed UPDATE { \"id\" : 1 } null null",
                        "keyed DELETE { \"id\" : 1 } null null");
        assertThat(
                        told(
                                "INSERT INTO keyed VALUES (1, 'a'), (2, repeat('x', 100000)); UPDATE keyed SET secret = 'y';"
                                        + " DELETE FROM keyed WHERE id = 2; INSERT INTO keyed VALUES (3, repeat('x', 5000000)); DELETE FROM keyed"))
                .as("few, and large ones")
                .containsExactly(
                        "keyed INSERT { \"id\" : 1 } null null",
                        "keyed INSERT { \"id\" : 2 } null null",
                        "keyed UPDATE { \"id\" : 1 } null null",
                        "keyed UPDATE { \"id\" : 2 } null null",
                        "keyed DELETE { \"id\" : 2 } null null",
                        "keyed INSERT { \"id\" : 3 } null null",
                        "keyed DELETE { \"id\" : 1 } null null",
                        "keyed DELETE { \"id\" : 3 } null null");
        assertThat(told("INSERT INTO bare VALUES ('a'); DELETE FROM bare"))
                .containsExactly(
                        "bare INSERT {\"word\":\"a\"} null {\"word\":\"a\"}",
                        "bare DELETE {\"word\":\"a\"} {\"word\":\"a\"} null");
    }

    @Test
    void noCodeOfABlueprintRunsWithTheRightsOfTheJournal() {
        assertThat(told("INSERT INTO shaded VALUES (1, 'dark')")).isEmpty();
    }

    @Test
    void partsAreSeenUnderTheNameThatWasWritten() {
        assertThat(told("INSERT INTO reading VALUES ('2024-05-05', 1)").getFirst())
                .startsWith("reading INSERT");
        assertThat(told("INSERT INTO reading_new VALUES ('2026-05-05', 1)").getFirst())
                .startsWith("reading_new INSERT");
        assertThat(told("UPDATE reading SET at = '2026-05-05', value = 2 WHERE value = 1 AND at < '2025-01-01'"))
                .as("a row that moves to another part")
                .hasSize(2)
                .anyMatch(entry -> entry.startsWith("reading DELETE { \"at\" : \"2024-05-05\", \"value\" : 1 }"))
                .anyMatch(entry -> entry.startsWith("reading INSERT { \"at\" : \"2026-05-05\", \"value\" : 2 }"));
    }

    @Test
    void aLoadIsSeenRowByRow() {
        var before = now();
        try (var session = service(house)) {
            session.execute("INSERT INTO item (id, name) SELECT n, 'load' FROM generate_series(100001, 102500) AS n");
        }
        var entries = written(before);
        assertThat(entries).hasSize(2_500);
        assertThat(new TreeSet<>(entries.stream().map(JournalEntry::position).toList()))
                .hasSize(2_500);
        assertThat(entries.get(1_700).key()).isEqualTo("{ \"id\" : 101701 }");
        var middle = entries.get(1_234).position();
        assertThat(read(middle)).as("read on from the middle of a statement").isEqualTo(entries.subList(1_235, 2_500));
    }

    /** PostgreSQL keeps escapes in json as they are, and refuses some of them only where it is asked for a member. */
    @Test
    void textsThatPostgresCannotReadKeepNobodyFromReadingTheJournal() {
        assertThat(told("""
                                INSERT INTO document VALUES ('a', '"\\u0000"'), ('b\\u0000"', '["\\ud800", "\\\\u0000"]');
                                UPDATE document SET body = '{"\\uDC00\\u0000": "\\ud83d\\ude00"}';
                                UPDATE document SET id = id || '!';
                                DELETE FROM document"""))
                .extracting(entry -> entry.replaceAll(" }.*", " }"))
                .containsExactlyInAnyOrder(
                        "document INSERT { \"id\" : \"a\" }",
                        "document INSERT { \"id\" : \"b\\\\u0000\\\"\" }",
                        "document UPDATE { \"id\" : \"a\" }",
                        "document UPDATE { \"id\" : \"b\\\\u0000\\\"\" }",
                        "document DELETE { \"id\" : \"a\" }",
                        "document DELETE { \"id\" : \"b\\\\u0000\\\"\" }",
                        "document INSERT { \"id\" : \"a!\" }",
                        "document INSERT { \"id\" : \"b\\\\u0000\\\"!\" }",
                        "document DELETE { \"id\" : \"a!\" }",
                        "document DELETE { \"id\" : \"b\\\\u0000\\\"!\" }");
    }

    @Test
    void manyChangedRowsArePairedInTheirOrder() {
        try (var session = service(house)) {
            session.execute("INSERT INTO item (id, name) SELECT n, 'many' FROM generate_series(300001, 302500) AS n");
            var before = now();
            session.execute("UPDATE item SET name = 'changed' || id WHERE name = 'many'");
            assertThat(read(before)).hasSize(2_500).allSatisfy(entry -> {
                assertThat(entry.before()).isEqualTo(entry.after().replaceAll("changed[0-9]+", "many"));
                assertThat(entry.after()).contains("changed" + entry.key().replaceAll("[^0-9]", ""));
            });
        }
    }

    /** A hundred rows of a megabyte in one statement are no page of a hundred megabytes. */
    @Test
    void largeRowsComeInPagesThatReadersCanHold() {
        try (var session = service(house)) {
            var before = now();
            session.execute("INSERT INTO item (id, name) SELECT n, repeat(md5(n::text), 32000)"
                    + " FROM generate_series(400001, 400100) AS n");
            session.execute("UPDATE item SET price = 3 WHERE id > 400000 AND id <= 400100");
            session.execute("DELETE FROM item WHERE id > 400000 AND id <= 400100");
            await().atMost(TestShard.PATIENCE).until(() -> now() >= last());
            var entries = new ArrayList<JournalEntry>();
            var largest = 0L;
            for (var page = page(before); ; page = page(page.through())) {
                entries.addAll(page.entries());
                largest = Math.max(
                        largest,
                        page.entries().stream().mapToLong(JournalEntry::length).sum());
                if (!page.isCut()) {
                    break;
                }
            }
            assertThat(largest).isBetween(1L << 20, 16L << 20);
            assertThat(entries).hasSize(300);
            assertThat(entries.stream().map(JournalEntry::key).distinct()).hasSize(100);
            assertThat(entries).allSatisfy(entry -> {
                var image = entry.after() == null ? entry.before() : entry.after();
                assertThat(image)
                        .hasSizeGreaterThan(1_000_000)
                        .contains(entry.key().replaceAll("[^0-9]", ""));
            });
        }
    }

    private static JournalPage page(long after) {
        return journal.read(shard.definition.name(), after, 1_000).block(TestShard.PATIENCE);
    }

    @Test
    void ofARowThatIsTooLargeTheNameIsKept() {
        assertThat(told("INSERT INTO item SELECT n, CASE n WHEN 500002 THEN repeat('x', 5000000) ELSE 'small' END, 1"
                        + " FROM generate_series(500001, 500003) AS n"))
                .containsExactlyInAnyOrder(
                        "item INSERT { \"id\" : 500001 } null {\"id\":500001,\"name\":\"small\",\"price\":1.00}",
                        "item INSERT { \"id\" : 500002 } null null",
                        "item INSERT { \"id\" : 500003 } null {\"id\":500003,\"name\":\"small\",\"price\":1.00}");
        assertThat(told("UPDATE item SET name = 'short' WHERE id = 500002; DELETE FROM item WHERE id = 500002"))
                .containsExactly(
                        "item UPDATE { \"id\" : 500002 } null null",
                        "item DELETE { \"id\" : 500002 } {\"id\":500002,\"name\":\"short\",\"price\":1.00} null");
        assertThat(told("INSERT INTO bare VALUES (repeat('x', 5000000))"))
                .as("what is left of one without a key")
                .containsExactly("bare INSERT {} null null");
        assertThat(told("UPDATE item SET id = 500004, name = repeat('x', 5000000) WHERE id = 500003"))
                .containsExactly(
                        "item DELETE { \"id\" : 500003 } null null", "item INSERT { \"id\" : 500004 } null null");
    }

    @Test
    void aPartThatTurnsARowAwayMakesItOneThatWent() {
        told("INSERT INTO sorted VALUES (1, 'a'), (2, 'a'), (3, 'a')");
        assertThat(told("UPDATE sorted SET kind = CASE id WHEN 2 THEN 'refusing' ELSE 'b' END"))
                .filteredOn(entry -> entry.startsWith("sorted DELETE"))
                .hasSize(3);
        assertThat(told("DELETE FROM sorted")).hasSize(2);
    }

    @Test
    void whatWasUndoneIsNotSeen() {
        var before = now();
        try (var session = service(house)) {
            session.execute("BEGIN; INSERT INTO item VALUES (70, 'gone'); ROLLBACK");
            session.execute(
                    "BEGIN; INSERT INTO item VALUES (71, 'kept'); SAVEPOINT s; INSERT INTO item VALUES (72, 'gone');"
                            + " ROLLBACK TO s; COMMIT");
        }
        assertThat(read(before))
                .singleElement()
                .satisfies(entry -> assertThat(entry.after()).contains("kept"));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void whatATriggerDidToARowComesAfterWhatItWasFiredBy(int depth) {
        var entries = told("INSERT INTO task VALUES (%1$d, %1$d); UPDATE task SET state = state + 1 WHERE id = %1$d"
                .formatted(depth));
        assertThat(entries).hasSize(depth + 3);
        assertThat(entries.getFirst()).startsWith("task INSERT");
        for (var index = 1; index < entries.size(); index++) {
            var before = entries.get(index - 1).substring(entries.get(index - 1).lastIndexOf('{'));
            assertThat(entries.get(index))
                    .as("version %d follows %d", index + 1, index)
                    .contains("} " + before + " {");
        }
    }

    @Test
    void whoDidItIsKnown() {
        var before = now();
        try (var session = service(house)) {
            session.execute("INSERT INTO item VALUES (80, 'by role')");
            session.execute("BEGIN; SET LOCAL \"request.jwt.claims\" = '{\"sub\": \"ann\"}';"
                    + " INSERT INTO item VALUES (81, 'by claims'); COMMIT");
            session.execute("BEGIN; SET LOCAL \"rowhouse.origin\" = 'r-1 00-ab-cd-01 {\"sub\": \"bob\"}';"
                    + " INSERT INTO item VALUES (82, 'by request'); COMMIT");
        }
        var entries = written(before);
        assertThat(entries.get(0).actor())
                .isEqualTo(house.id().role(CallerClass.SERVICE).value());
        assertThat(entries.get(1).actor()).isEqualTo("{\"sub\": \"ann\"}");
        assertThat(entries.get(2).actor()).isEqualTo("{\"sub\": \"bob\"}");
        assertThat(entries.get(2).requestId()).isEqualTo("r-1");
        assertThat(entries.get(2).traceparent()).isEqualTo("00-ab-cd-01");
        assertThat(entries).allMatch(entry -> entry.house().equals(house.id()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 FROM rowhouse.journal",
                "SELECT 1 FROM rowhouse.journal_rest",
                "SELECT 1 FROM rowhouse.journal_reader",
                "INSERT INTO rowhouse.journal_reader VALUES ('mine', 0)",
                "DELETE FROM rowhouse.journal",
                "SELECT nextval('rowhouse.journal_position')",
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM rowhouse.journal_position",
                "SELECT rowhouse.keep_journal('0')",
                "SELECT rowhouse.journal_order(2048)",
                "ALTER TABLE item DISABLE TRIGGER ALL",
                "DROP TRIGGER \"~rowhouse_journal_insert\" ON item",
                "SET session_replication_role = replica",
                "SET ROLE rowhouse_journal"
            })
    void noCallerReachesTheJournal(String sql) {
        try (var session = service(house)) {
            assertThatThrownBy(() -> session.execute(sql))
                    .isInstanceOf(PostgresFailure.class)
                    .satisfies(failure ->
                            assertThat(((PostgresFailure) failure).sqlState()).isEqualTo("42501"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE item DISABLE TRIGGER ALL",
                "ALTER TABLE item DISABLE TRIGGER \"~rowhouse_journal_insert\"",
                "ALTER TABLE item ENABLE REPLICA TRIGGER \"~rowhouse_journal_insert\"",
                "DROP TRIGGER \"~rowhouse_journal_insert\" ON item",
                "ALTER TRIGGER \"~rowhouse_journal_insert\" ON item RENAME TO mine",
                "CREATE OR REPLACE TRIGGER \"~rowhouse_journal_insert\" AFTER INSERT ON item"
                        + " FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
                "CREATE CAST (mood AS json) WITH FUNCTION mood_json(mood)",
                "SELECT 1 FROM rowhouse.journal"
            })
    void noFunctionOfAHouseTakesTheJournalFromIt(String sql) {
        try (var session = service(house)) {
            assertThatThrownBy(() -> session.query("SELECT as_owner('" + sql.replace("'", "''") + "')", row -> 1))
                    .isInstanceOf(PostgresFailure.class)
                    .satisfies(failure ->
                            assertThat(((PostgresFailure) failure).sqlState()).isEqualTo("42501"));
        }
        assertThat(told("SELECT as_owner('ALTER TABLE item ALTER name SET DEFAULT 1; INSERT INTO item (id) VALUES ("
                        + (900 + Math.floorMod(sql.hashCode(), 90)) + ")')"))
                .as("what else its owner may do it may do, and it is seen")
                .hasSize(1);
    }

    @Test
    void aTriggerThatWouldFireAfterTheJournalsIsRefused() {
        assertThatThrownBy(() -> shard.build("CREATE TABLE t (id int PRIMARY KEY);"
                        + " CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
                        + " CREATE TRIGGER \"~~late\" AFTER INSERT ON t EXECUTE FUNCTION f()"))
                .hasMessageContaining("would fire after the journal's");
    }

    @Test
    void whereNothingChangesItIsLookedAtLessOften() {
        var name = shard.definition.name();
        told("INSERT INTO item (id) VALUES (77001)");
        var soon = journal.pause(name);

        await().atMost(TestShard.PATIENCE).until(() -> {
            now();
            return journal.pause(name).compareTo(soon) > 0;
        });

        told("INSERT INTO item (id) VALUES (77002)");
        assertThat(journal.pause(name)).isEqualTo(soon);
    }

    @Test
    void aReaderMovesOnAndOnlyInItsTerm() {
        var name = shard.definition.name();
        var start = journal.position(name, "test").block(TestShard.PATIENCE);
        var first = journal.lead(name, "test").block(TestShard.PATIENCE);
        assertThat(journal.advance(name, "test", start + 10, first).block(TestShard.PATIENCE))
                .isTrue();
        var second = journal.lead(name, "test").block(TestShard.PATIENCE);
        assertThat(journal.advance(name, "test", start + 20, first).block(TestShard.PATIENCE))
                .isFalse();
        assertThat(journal.advance(name, "test", start + 20, second).block(TestShard.PATIENCE))
                .isTrue();
        journal.advance(name, "test", start).block(TestShard.PATIENCE);
        assertThat(journal.position(name, "test").block(TestShard.PATIENCE)).isEqualTo(start + 20);
    }

    @Test
    void aPartIsDroppedOnlyWhenEveryReaderHasPassed() {
        var name = shard.definition.name();
        journal.position(name, "slow").block(TestShard.PATIENCE);
        told("INSERT INTO item VALUES (90, 'old')");
        try (var session = shard.superuser()) {
            session.execute(
                    "SET ROLE rowhouse_journal; CREATE TABLE rowhouse.journal_20200101 PARTITION OF rowhouse.journal"
                            + " FOR VALUES FROM ('2020-01-01Z') TO ('2020-01-02Z');"
                            + " UPDATE rowhouse.journal SET at = '2020-01-01 12:00Z' WHERE after::text LIKE '%\"old\"%'");
            journal.keep(Duration.ofDays(3)).block(TestShard.PATIENCE);
            assertThat(parts(session)).contains("journal_20200101");
            Stream.of("slow", "test")
                    .forEach(reader -> journal.position(name, reader)
                            .then(journal.advance(name, reader, now()))
                            .block(TestShard.PATIENCE));
            journal.keep(Duration.ofDays(3)).block(TestShard.PATIENCE);
            assertThat(parts(session)).doesNotContain("journal_20200101").hasSizeGreaterThanOrEqualTo(4);
        }
    }

    /** After days in which nobody made a part, what was written stands in none: no other day suffers for that. */
    @Test
    void whatStandsInNoPartKeepsNoOtherFromBeingMade() {
        var name = shard.definition.name();
        try (var session = shard.superuser()) {
            var tomorrow = session.query(
                            "SELECT to_char((now() AT TIME ZONE 'UTC')::date + 1, 'YYYYMMDD')", row -> row.getString(1))
                    .getFirst();
            var after = session.query(
                            "SELECT to_char((now() AT TIME ZONE 'UTC')::date + 2, 'YYYYMMDD')", row -> row.getString(1))
                    .getFirst();
            told("INSERT INTO item VALUES (91, 'of tomorrow'), (92, 'of long ago')");
            session.execute("SET ROLE rowhouse_journal; SET timezone = 'UTC';"
                    + " DROP TABLE rowhouse.journal_" + tomorrow + ", rowhouse.journal_" + after + ";"
                    + " CREATE TABLE rowhouse.journal_20200201 PARTITION OF rowhouse.journal"
                    + " FOR VALUES FROM ('2020-02-01Z') TO ('2020-02-02Z');"
                    + rest(1_000_000, "current_date + 1") + rest(1_000_001, "'2020-03-01'"));
            Stream.of("slow", "test")
                    .forEach(reader -> journal.position(name, reader)
                            .then(journal.advance(name, reader, now()))
                            .block(TestShard.PATIENCE));
            journal.keep(Duration.ofDays(3)).block(TestShard.PATIENCE);
            assertThat(parts(session))
                    .contains("journal_" + after)
                    .doesNotContain("journal_" + tomorrow, "journal_20200201");
            assertThat(session.query("SELECT at::date::text FROM rowhouse.journal_rest", row -> row.getString(1)))
                    .as("what is old is gone, what is of tomorrow is not")
                    .hasSize(1)
                    .doesNotContain("2020-03-01");
            session.execute("DELETE FROM rowhouse.journal_rest");
            journal.keep(Duration.ofDays(3)).block(TestShard.PATIENCE);
            assertThat(parts(session)).contains("journal_" + tomorrow);
        }
    }

    // A position that every reader has passed.
    private static String rest(int number, String day) {
        return " INSERT INTO rowhouse.journal SELECT 1, " + day + ", 'h_" + number
                + "', 'item', 'T', 1, '{}', true, NULL, NULL," + " 'x', pg_current_xact_id(), 1;";
    }

    private static List<String> parts(AdministrativeSession session) {
        return session.query(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                        + " WHERE i.inhparent = 'rowhouse.journal'::regclass",
                row -> row.getString(1));
    }

    /** A transaction that drew its position early and commits late is not passed over, whatever others do meanwhile. */
    @Test
    void noLateCommitIsSkipped() {
        var early = now();
        try (var late = service(house);
                var quick = service(house)) {
            late.execute("BEGIN; INSERT INTO item VALUES (200, 'late')");
            quick.execute("INSERT INTO item VALUES (201, 'quick')");
            var drawn = last();
            assertThat(read(early))
                    .as("what came after waits for what came before")
                    .isEmpty();
            late.execute("COMMIT");
            assertThat(written(early).stream().map(JournalEntry::after).toList())
                    .satisfiesExactly(
                            first -> assertThat(first).contains("late"),
                            second -> assertThat(second).contains("quick"));
            assertThat(byCursor(early, drawn))
                    .as("a cursor on the sequence would not have waited")
                    .isNotEmpty();
        }
    }

    @Test
    void whoBeginsWhileAnotherWritesDoesNotBeginWithTheOldest() throws Exception {
        told("INSERT INTO item VALUES (210, 'old')");
        var fresh = new Journal(TestShard.LOGINS);
        fresh.open(shard.definition);
        try (var late = service(house)) {
            late.execute("BEGIN; INSERT INTO item VALUES (211, 'late')");
            var begins = fresh.horizon(shard.definition.name()).toFuture();
            assertThat(fresh.read(shard.definition.name(), 0, 10)
                            .block(TestShard.PATIENCE)
                            .entries())
                    .isEmpty();
            assertThat(begins).isNotDone();
            late.execute("COMMIT");
            assertThat(begins.get(20, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(last());
        } finally {
            fresh.close();
        }
    }

    private static long last() {
        try (var session = shard.superuser()) {
            return session.query(
                            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM rowhouse.journal_position",
                            row -> row.getLong(1))
                    .getFirst();
        }
    }

    private static List<Long> byCursor(long after, long upTo) {
        try (var session = shard.superuser()) {
            return session.query(
                    "SELECT position FROM rowhouse.journal WHERE position > " + after + " AND position <= " + upTo,
                    row -> row.getLong(1));
        }
    }

    /** Writers with long and short transactions, a reader beside them: it sees each commit once, rows in their order. */
    @Test
    void aReaderBesideWritersMissesNothingAndRepeatsNothing() throws Exception {
        var since = now();
        var writers = Executors.newVirtualThreadPerTaskExecutor();
        var tail = new JournalTail(journal);
        var seen = new ArrayList<JournalEntry>();
        var following = tail.live(shard.definition.name())
                .doOnNext(page -> seen.addAll(page.entries()))
                .subscribe();
        var done = new ArrayList<Future<Integer>>();
        for (var writer = 0; writer < 4; writer++) {
            var number = writer;
            done.add(writers.submit((Callable<Integer>) () -> write(number)));
        }
        var committed = 0;
        for (var future : done) {
            committed += future.get();
        }
        var all = written(since);
        assertThat(all).hasSize(committed);
        Flux.interval(Duration.ofMillis(10))
                .filter(_ -> !seen.isEmpty()
                        && seen.getLast().position() == all.getLast().position())
                .blockFirst(TestShard.PATIENCE);
        following.dispose();
        writers.close();
        assertThat(seen).isEqualTo(all);
        for (var row = 0; row < 3; row++) {
            var key = "{ \"id\" : " + (300 + row) + " }";
            var versions = all.stream().filter(entry -> key.equals(entry.key())).toList();
            for (var index = 1; index < versions.size(); index++) {
                assertThat(versions.get(index).before())
                        .isEqualTo(versions.get(index - 1).after());
            }
        }
    }

    /** Who needs to know only what has changed is told of each relation once, whatever was done to it. */
    @Test
    void marksTellOfEachRelationOnce() {
        var tail = new JournalTail(journal);
        var marks = new ConcurrentLinkedQueue<JournalMarks>();
        var following = tail.marks(shard.definition.name()).doOnNext(marks::add).subscribe();
        await().atMost(TestShard.PATIENCE).until(() -> !marks.isEmpty());
        var before = now();
        told("INSERT INTO item (id, name) SELECT n, 'marked' FROM generate_series(600001, 602500) AS n;"
                + " INSERT INTO line VALUES (600001, 1); DELETE FROM line");
        var last = last();
        await().atMost(TestShard.PATIENCE).until(() -> marks.stream().anyMatch(look -> look.through() >= last));
        following.dispose();
        var told = marks.stream().flatMap(look -> look.marks().stream()).toList();
        assertThat(told)
                .extracting(JournalMarks.Mark::relation)
                .containsOnly("item", "line")
                .hasSizeLessThanOrEqualTo(4);
        assertThat(told).allSatisfy(mark -> {
            assertThat(mark.house()).isEqualTo(house.id());
            assertThat(mark.position()).isBetween(before, last);
        });
        assertThat(marks)
                .allSatisfy(look -> assertThat(look.marks())
                        .allSatisfy(mark -> assertThat(mark.position()).isLessThanOrEqualTo(look.through())));
    }

    private static int write(int writer) {
        var random = new Random(writer);
        var committed = 0;
        try (var session = service(house)) {
            for (var round = 0; round < 40; round++) {
                session.execute("BEGIN");
                var changes = 0;
                for (var statement = 0; statement <= random.nextInt(3); statement++) {
                    changes += session.query(
                                    "INSERT INTO item VALUES (%d, 'w', 1) ON CONFLICT (id) DO UPDATE SET price = item.price + 1 RETURNING 1"
                                            .formatted(300 + writer % 2 + statement),
                                    row -> row.getInt(1))
                            .size();
                }
                if (random.nextInt(5) == 0) {
                    session.execute("SELECT pg_sleep(0.02)");
                }
                var undone = random.nextInt(4) == 0;
                session.execute(undone ? "ROLLBACK" : "COMMIT");
                committed += undone ? 0 : changes;
            }
        }
        return committed;
    }
}
