package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads by key of two houses over one pipeline. Each row tells which way it was read: only there is {@code lock_timeout} short. */
@Timeout(60)
class KeyReadsTest {

    private static final Caller ANON = TwoHouses.anon();
    private static final Caller SERVICE = TwoHouses.service();
    private static final String PIPED = "50ms";
    private static final String ALONE = "5s";
    // Of a lane with two connections.
    private static final int PIPELINES = Math.min(2, Runtime.getRuntime().availableProcessors());

    private TwoHouses houses;

    @BeforeEach
    void build() {
        houses = TwoHouses.onOneConnection();
        awaitPipeline();
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @Test
    void eachHouseReadsItsOwnRows() {
        assertThat(read(houses.a, 7)).containsExactly(row("A", 7, PIPED));
        assertThat(read(houses.b, 7)).containsExactly(row("B", 7, PIPED));
        assertThat(read(houses.a, 8)).containsExactly(row("A", 8, PIPED));
        assertThat(houses.rows(houses.a, SERVICE, TwoHouses.byKey(houses.a, SERVICE, 8)))
                .containsExactly(row("A", 8, PIPED));
        assertThat(read(houses.b, 0)).isEmpty();
    }

    @Test
    void eachOfManyReadsSentTogetherGetsItsOwnRow() {
        var answers = Flux.range(1, 500)
                .flatMapSequential(n -> quickly(n % 2 == 0 ? houses.a : houses.b, n), 64)
                .collectList()
                .block(TwoHouses.PATIENCE);
        assertThat(answers).filteredOn(answer -> answer.contains(PIPED)).hasSizeGreaterThan(250);
        // A machine that stood still for a moment sends some the other way.
        assertThat(answers)
                .map(answer -> answer.replace(ALONE, PIPED))
                .isEqualTo(IntStream.rangeClosed(1, 500)
                        .mapToObj(n -> row(n % 2 == 0 ? "A" : "B", n, PIPED))
                        .toList());
    }

    @Test
    void whatOneGroupDoesNotTakeGoesOverTheNextPipeline() {
        try (var wide = TwoHouses.with(TwoHouses.settings(2, 1_000, TwoHouses.PATIENCE))) {
            var all = all(wide);

            var few = processes(wide, KeyReads.READS_IN_GROUP / 2);

            assertThat(all).hasSize(PIPELINES);
            assertThat(few).hasSize(1).isSubsetOf(all);
        }
    }

    @Test
    void whileOnePipelineIsOpenedAnewTheNextOneServes() {
        try (var wide = TwoHouses.with(TwoHouses.settings(2, 1_000, TwoHouses.PATIENCE))) {
            var all = all(wide);
            var first = processes(wide, 1).iterator().next();

            houses.execute("SELECT pg_terminate_backend(" + first + ")");

            await().atMost(TwoHouses.PATIENCE).until(() -> !processes(wide, 1).equals(Set.of(first)));
            assertThat(processes(wide, 1)).hasSize(1).isSubsetOf(all).doesNotContain(first);
        }
    }

    private static Set<String> all(TwoHouses wide) {
        return await().atMost(TwoHouses.PATIENCE)
                .until(() -> processes(wide, 3 * KeyReads.READS_IN_GROUP), seen -> seen.size() == PIPELINES);
    }

    @Test
    void valuesLookAsTheyDoOnOtherConnections() {
        var role = houses.a.id().role(CallerClass.ANON);
        var values =
                "SELECT $1::int8 AS n, timestamptz '2024-02-29 12:00+02' AS at, timestamp '2024-02-29 12:00' AS here,"
                        + " date '2024-02-29' AS day, interval '1 day 2 hours' AS long, 0.1::float8 + 0.2 AS sum, 1e-7::float4 AS"
                        + " small, '\\x00ff'::bytea AS bytes, 1234.50::numeric AS price, 'ä€😀' AS text, 9.5::money AS money";
        var piped = houses.rows(houses.a, ANON, TwoHouses.byKey(role, values, "7"));
        assertThat(piped).isEqualTo(houses.rows(houses.a, ANON, TwoHouses.read(role, values, true, "7")));
        assertThat(piped.getFirst()).contains("\"n\":7").contains("ä€😀");
    }

    @Test
    void theSchemaOfAnotherHouseIsRefusedAndTakesNoOtherReadWithIt() {
        var foreign = TwoHouses.byKey(houses.a.id().role(CallerClass.ANON), houses.b, 7);
        var process = process();
        var mismatches = houses.shards.tally(houses.shard()).mismatches();
        // What the session is again when the group has failed.
        assertThat(read(houses.a, 1)).containsExactly(row("A", 1, PIPED));
        var answers = Flux.range(1, 20)
                .flatMapSequential(
                        n -> n == 10
                                ? TwoHouses.text(houses.database.read(houses.a, ANON, foreign))
                                        .onErrorResume(failure -> Mono.just(((ShardError.Refused) failure).sqlState()))
                                : quickly(houses.b, n),
                        20)
                .collectList()
                .block(TwoHouses.PATIENCE);
        assertThat(answers).hasSize(20).element(9).isEqualTo("42501");
        assertThat(answers).filteredOn(answer -> answer.contains("CANARY-B-")).hasSize(19);
        // Who failed goes the long way for a while, whoever did not does not.
        assertThat(read(houses.a, 7)).containsExactly(row("A", 7, ALONE));
        assertThat(read(houses.b, 7)).containsExactly(row("B", 7, PIPED));
        assertThat(houses.shards.tally(houses.shard()).mismatches()).isEqualTo(mismatches);
        assertThat(process()).isEqualTo(process);
        awaitPipeline();
    }

    @Test
    void aGroupThatFailedLeavesTheRoleUnknown() {
        assertThat(read(houses.a, 1)).containsExactly(row("A", 1, PIPED));
        var failing = TwoHouses.byKey(houses.b.id().role(CallerClass.ANON), "SELECT $1::int4 AS n", "none");
        assertThatThrownBy(() -> houses.rows(houses.b, ANON, failing)).isInstanceOf(ShardError.Refused.class);
        // With its transaction the role was taken back: whoever believed otherwise would be refused again and again.
        await().atMost(Duration.ofSeconds(5))
                .until(() -> read(houses.b, 7).getFirst().contains(PIPED));
    }

    @Test
    void aRowThatWasReadAsAnotherAnswersNobody() {
        var mine = TwoHouses.byKey(houses.a, ANON, 7);
        var another = mine.statement().sql().replaceFirst("current_user", "'someone'::name");
        var process = process();
        var mismatches = houses.shards.tally(houses.shard()).mismatches();

        // The other way does not look at who read it.
        assertThat(houses.rows(houses.a, ANON, changed(mine, another))).containsExactly(row("A", 7, ALONE));

        assertThat(houses.shards.tally(houses.shard()).mismatches()).isEqualTo(mismatches + 1);
        awaitPipeline();
        assertThat(process()).isNotEqualTo(process);
    }

    @Test
    void aStatementForAnotherRoleAnswersNobody() {
        var forService = TwoHouses.byKey(houses.a, SERVICE, 7);
        var process = process();
        assertThatThrownBy(() -> houses.rows(houses.a, ANON, forService)).isInstanceOf(ShardError.RoleMismatch.class);
        awaitPipeline();
        assertThat(process()).isNotEqualTo(process);
    }

    @Test
    void aRoleTheLaneMayNotTakeFailsItsReadsAlone() {
        assertThat(read(houses.a, 7)).containsExactly(row("A", 7, PIPED));
        houses.execute("REVOKE \"%s\" FROM \"%s\""
                .formatted(
                        houses.b.id().role(CallerClass.ANON),
                        ShardLogins.laneRole(houses.b.lanes().getFirst())));
        assertThatThrownBy(() -> read(houses.b, 7))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("42501"));
        assertThat(read(houses.a, 7)).containsExactly(row("A", 7, PIPED));
    }

    @Test
    void whoWaitsForALockKeepsNobodyElseWaiting() {
        var lock = "BEGIN; LOCK TABLE %s.track IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT"
                .formatted(houses.a.schema().quoted());
        var locked = CompletableFuture.runAsync(() -> houses.execute(lock));
        await().atMost(TwoHouses.PATIENCE).until(() -> isLocked() || locked.isDone());

        var waits = quickly(houses.a, 7).collectList().toFuture();
        for (var n = 1; n <= 50; n++) {
            assertThat(read(houses.b, n).getFirst()).contains("CANARY-B-" + n + "\"");
        }
        assertThat(waits).isNotDone();
        assertThat(waits).succeedsWithin(TwoHouses.PATIENCE).isEqualTo(List.of(row("A", 7, ALONE)));
        locked.join();
    }

    @Test
    void aLostPipelineIsNotTheReadersConcern() {
        var process = process();
        houses.execute("SELECT pg_terminate_backend(" + process + ")");
        assertThat(read(houses.a, 7).getFirst()).contains("CANARY-A-7");
        awaitPipeline();
        assertThat(process()).isNotEqualTo(process);
    }

    @Test
    void whoWaitsForAPipelineThatDoesNotAnswerGoesAnotherWay() {
        var role = houses.a.id().role(CallerClass.ANON);
        var sleeping = TwoHouses.byKey(role, "SELECT $1::text AS done, pg_sleep(0.7)", "yes");
        var begun = System.nanoTime();
        // Stopped there, it sleeps to its end on the way where nobody waits behind it.
        assertThat(houses.rows(houses.a, ANON, sleeping).getFirst()).contains("yes");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(750));
    }

    @Test
    void aKeyThatInheritingTablesShareFindsAllTheirRows() {
        var role = houses.a.id().role(CallerClass.ANON);
        houses.execute(("CREATE TABLE %1$s.person (id int PRIMARY KEY, name text);"
                        + " CREATE TABLE %1$s.employee (PRIMARY KEY (id)) INHERITS (%1$s.person);"
                        + " INSERT INTO %1$s.person VALUES (1, 'p'); INSERT INTO %1$s.employee VALUES (1, 'e');"
                        + " GRANT SELECT ON %1$s.person, %1$s.employee TO \"%2$s\"")
                .formatted(houses.a.schema().quoted(), role));
        var from = "SELECT name FROM " + houses.a.schema().quoted() + ".person WHERE id = $1::pg_catalog.int4";
        assertThat(houses.rows(houses.a, ANON, TwoHouses.byKey(role, from, "1")))
                .containsExactlyInAnyOrder("{\"name\":\"p\"}", "{\"name\":\"e\"}");
        assertThat(read(houses.a, 7)).containsExactly(row("A", 7, PIPED));
    }

    @Test
    void aShardThatIsClosedLetsItsReadsEnd() {
        var role = houses.a.id().role(CallerClass.ANON);
        var slow = TwoHouses.byKey(role, "SELECT $1::text AS done, pg_sleep(0.07)", "yes");
        var answer = TwoHouses.text(houses.database.read(houses.a, ANON, slow))
                .next()
                .toFuture();
        while (houses.shards.connections(houses.shard()).inUse() == 0 && !answer.isDone()) {
            Thread.onSpinWait();
        }
        houses.shards.close(houses.shard());
        assertThat(answer).succeedsWithin(TwoHouses.PATIENCE).asString().contains("yes");
    }

    @Test
    void aTableThatChangedIsReadAsItIs() {
        assertThat(read(houses.a, 7)).containsExactly(row("A", 7, PIPED));
        houses.execute("ALTER TABLE %s.track ALTER name TYPE varchar(40)"
                .formatted(houses.a.schema().quoted()));
        assertThat(read(houses.a, 7).getFirst()).contains("CANARY-A-7");
    }

    private boolean isLocked() {
        try {
            houses.execute(
                    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
                            + " AND relation = '%s.track'::regclass) THEN RAISE 'not yet'; END IF; END $$"
                                    .formatted(houses.a.schema().quoted()));
            return true;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private String process() {
        var answer = houses.rows(houses.b, ANON, pid(houses)).getFirst();
        assertThat(answer).contains(PIPED);
        return process(answer);
    }

    private static String process(String answer) {
        return answer.replaceAll("^\\{\"pid\":(\\d+),.*", "$1");
    }

    private static Read pid(TwoHouses houses) {
        return TwoHouses.byKey(
                houses.b.id().role(CallerClass.ANON),
                "SELECT pg_backend_pid() AS pid, current_setting('lock_timeout') AS waits WHERE $1::text = ''",
                "");
    }

    /** Returns the processes of the pipelines that {@code reads} at once go over. */
    private static Set<String> processes(TwoHouses houses, int reads) {
        return Flux.range(0, reads)
                .flatMap(_ -> TwoHouses.text(houses.database.read(houses.b, ANON, pid(houses))), reads)
                .filter(answer -> answer.contains(PIPED))
                .map(KeyReadsTest::process)
                .collect(Collectors.toSet())
                .block(TwoHouses.PATIENCE);
    }

    // It is opened by the first who would use it, who does not wait for it; who failed is not let in for a while.
    private void awaitPipeline() {
        for (var house : List.of(houses.a, houses.b)) {
            await().atMost(TwoHouses.PATIENCE)
                    .until(() -> read(house, 1).getFirst().contains(PIPED));
        }
    }

    private List<String> read(House house, int id) {
        return houses.rows(house, ANON, TwoHouses.byKey(house, ANON, id));
    }

    private Flux<String> quickly(House house, int id) {
        return TwoHouses.text(houses.database.read(house, ANON, TwoHouses.byKey(house, ANON, id)));
    }

    private static Read changed(Read read, String sql) {
        return new Read(new Statement(sql, read.statement().values()), true, false, true);
    }

    private static String row(String house, int id, String waits) {
        return "{\"id\":%d,\"name\":\"CANARY-%s-%d\",\"waits\":\"%s\"}".formatted(id, house, id, waits);
    }
}
