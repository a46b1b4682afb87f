package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class HouseBuilderTest {

    private static final String NOTES = "CREATE TABLE note (id int PRIMARY KEY); GRANT SELECT ON note TO anon";

    private static TestShard shard;

    @BeforeAll
    static void prepareShard() {
        shard = TestShard.prepared();
    }

    @AfterAll
    static void closeShard() {
        shard.close();
    }

    @Test
    void buildsTheMusicStoreForItsCallers() {
        var house = new House(HouseId.random(), shard.definition.name(), List.of(1, 2), MusicStore.VERSION);
        shard.builder.build(List.of(house), MusicStore.script()).blockLast(TestShard.PATIENCE);

        try (var lane = shard.lane(2)) {
            var schema = house.schema().quoted();
            lane.execute("SET ROLE " + house.id().role(CallerClass.SERVICE).quoted());
            lane.execute(
                    "INSERT INTO " + schema + ".artist VALUES (1, 'Ada'); INSERT INTO " + schema
                            + ".customer (customer_id, first_name, last_name, email) VALUES (7, 'B', 'C', 'd'), (8, 'E', 'F', 'g')");
            lane.execute("SET ROLE " + house.id().role(CallerClass.ANON).quoted());
            assertThat(texts(lane, "SELECT name FROM " + schema + ".artist")).containsExactly("Ada");
            assertThat(texts(lane, "SELECT title FROM " + schema + ".album_overview"))
                    .isEmpty();
            lane.execute(
                    "SET ROLE " + house.id().role(CallerClass.AUTHENTICATED).quoted()
                            + "; SET \"request.jwt.claims\" = '{\"customer_id\": 7}'");
            assertThat(texts(lane, "SELECT customer_id FROM " + schema + ".customer"))
                    .containsExactly("7");
        }
    }

    @Test
    void removesEverythingOfHousesOfABatch() {
        var houses = Stream.generate(shard::house).limit(5).toList();

        assertThat(shard.builder.build(houses, script(NOTES)).collectList().block(TestShard.PATIENCE))
                .isEqualTo(houses);
        assertThat(standing()).containsAll(houses.stream().map(House::id).toList());
        for (var house : houses) {
            remove(house);
        }
        assertThat(standing())
                .doesNotContainAnyElementsOf(houses.stream().map(House::id).toList());
        assertThat(roles(houses.getFirst())).isEmpty();
    }

    @Test
    void buildingAHouseThatStandsChangesNothing() {
        var house = shard.build(NOTES);
        var before = fingerprint(house);

        shard.build(house, "CREATE TABLE other (id int PRIMARY KEY)");

        assertThat(fingerprint(house)).isEqualTo(before);
    }

    @Test
    void aShardThatMovesKeepsNoEventLoopWaiting() {
        var definition = shard.definition;
        try (var builder = new HouseBuilder(TestShard.LOGINS)) {
            builder.open(definition);
            builder.build(List.of(shard.house()), script(NOTES)).blockLast(TestShard.PATIENCE);
            var moved = new ShardDefinition(
                    definition.name(),
                    new PostgresEndpoint(
                            "localhost",
                            definition.endpoint().port(),
                            definition.endpoint().database()),
                    definition.region(),
                    definition.weight(),
                    definition.draining(),
                    definition.lanes(),
                    definition.labels());

            Mono.fromRunnable(() -> builder.open(moved))
                    .subscribeOn(Schedulers.parallel())
                    .block(TestShard.PATIENCE);
        }
    }

    @Test
    void twoWhoBuildOneHouseAtOnceBuildItOnce() {
        var house = shard.house();
        try (var other = new HouseBuilder(TestShard.LOGINS)) {
            other.open(shard.definition);
            Flux.just(shard.builder, other)
                    .flatMap(builder -> builder.build(List.of(house), script(NOTES)))
                    .blockLast(TestShard.PATIENCE);
        }

        assertThat(fingerprint(house)).contains("note");
    }

    @Test
    void severalProcessesBuildAtOnceWithFourBuilders() {
        var batches = Stream.generate(
                        () -> Stream.generate(shard::house).limit(3).toList())
                .limit(5)
                .toList();
        Flux.fromIterable(batches)
                .flatMap(houses -> Mono.using(() -> new HouseBuilder(TestShard.LOGINS), builder -> {
                            builder.open(shard.definition);
                            return builder.build(houses, script(NOTES)).then();
                        })
                        .subscribeOn(Schedulers.boundedElastic()))
                .blockLast(TestShard.PATIENCE);

        assertThat(standing())
                .containsAll(
                        batches.stream().flatMap(List::stream).map(House::id).toList());
        assertThat(builderMemberships()).isEmpty();
    }

    @Test
    void aHouseLeftHalfBuiltIsBuiltAnew() {
        var house = stakedOut();

        shard.build(house, NOTES);

        assertThat(fingerprint(house)).contains("note");
        assertThat(builderMemberships()).isEmpty();
    }

    @Test
    void aHouseLeftHalfBuiltIsRemoved() {
        var house = stakedOut();

        remove(house);

        assertThat(roles(house)).isEmpty();
    }

    @Test
    void theNextBuildTakesTheKeysOfAForgottenHouseFromItsBuilder() {
        var forgotten = stakedOut();

        shard.build(NOTES);

        assertThat(builderMemberships()).doesNotContain(forgotten.id().owner().value());
    }

    @Test
    void aHouseWithoutItsSchemaIsRemoved() {
        var house = shard.build(NOTES);
        try (var superuser = shard.superuser()) {
            superuser.execute("DROP SCHEMA " + house.schema().quoted() + " CASCADE");
        }

        remove(house);

        assertThat(roles(house)).isEmpty();
    }

    @Test
    void removingWhatIsNotThereIsNoError() {
        var house = shard.house();
        remove(house);
        remove(house);
    }

    @Test
    void aHouseBuiltForAProofSaysThatNobodyLivesInIt() {
        var proved = shard.builder
                .prove(shard.definition.name(), List.of("CREATE TABLE a (id int)"), (_, scratch) -> scratch)
                .block(TestShard.PATIENCE);
        assertThat(proved.isScratch()).isTrue();
    }

    @Test
    void aFailingScriptLeavesNothingThatCallersMayUse() {
        var house = shard.house();

        StepVerifier.create(shard.builder.build(List.of(house), script("CREATE TABLE note (id int); SELECT 1/0")))
                .expectErrorSatisfies(error -> assertThat(
                                ((HouseError.ScriptFailed) error).failure().sqlState())
                        .isEqualTo("22012"))
                .verify(TestShard.PATIENCE);

        assertThat(fingerprint(house)).doesNotContain("note");
        assertThat(builderMemberships()).isEmpty();
        remove(house);
    }

    @Test
    void aBlueprintCannotChangeTheLoginItRunsAs() {
        var house = shard.house();
        var script =
                script("DO $$ BEGIN EXECUTE 'RESET ROLE'; EXECUTE 'ALTER ROLE CURRENT_USER PASSWORD ''x'''; EXECUTE"
                        + " 'SET LOCAL ROLE " + house.id().owner() + "'; END $$");

        StepVerifier.create(shard.builder.build(List.of(house), script))
                .expectError(HouseError.LeavesHouse.class)
                .verify(TestShard.PATIENCE);
        remove(house);
    }

    @Test
    void whatABlueprintPutsOnTheSearchPathDoesNotBlindTheChecks() {
        var house = shard.house();
        var script = script("CREATE FUNCTION never(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
                + "CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = oid, FUNCTION = never);"
                + "CREATE FUNCTION never(oid, regclass) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
                + "CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = never);"
                + "CREATE FUNCTION never(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
                + "CREATE OPERATOR = (LEFTARG = name, RIGHTARG = name, FUNCTION = never);"
                + "CREATE VIEW v AS SELECT * FROM information_schema.tables;"
                + "SELECT set_config('search_path', '" + house.schema() + ", pg_catalog', false)");

        StepVerifier.create(shard.builder.build(List.of(house), script))
                .expectError(HouseError.LeavesHouse.class)
                .verify(TestShard.PATIENCE);
        remove(house);
    }

    @Test
    void anUnknownOrUnreachableShardIsNamed() {
        StepVerifier.create(shard.builder.standing(new ShardName("nowhere"))).verifyError(ShardError.Unknown.class);
        var closed = new dev.rowhouse.platform.postgres.PostgresEndpoint("127.0.0.1", 1, "none");
        var definition = shard.definition;
        try (var builder = new HouseBuilder(TestShard.LOGINS)) {
            builder.open(new dev.rowhouse.tenancy.shard.ShardDefinition(
                    definition.name(), closed, "test", 1, false, 4, java.util.Map.of()));
            StepVerifier.create(builder.standing(definition.name()))
                    .expectError(ShardError.Unavailable.class)
                    .verify(TestShard.PATIENCE);
        }
    }

    @Test
    void preparingAgainAndAtOnceChangesNothing() {
        var house = shard.build(NOTES);
        var barrier = new CyclicBarrier(2);
        Flux.range(0, 2)
                .flatMap(_ -> Mono.fromCallable(() -> {
                            barrier.await();
                            shard.prepare();
                            return true;
                        })
                        .subscribeOn(Schedulers.boundedElastic()))
                .blockLast(TestShard.PATIENCE);

        assertThat(fingerprint(house)).contains("note");
        shard.build(NOTES);
    }

    // What a process leaves behind that dies after the first of the three phases.
    private static House stakedOut() {
        var house = shard.house();
        try (var provisioner = shard.as(TestShard.LOGINS.provisioner(shard.definition.name(), 1))) {
            provisioner.execute("BEGIN;" + HouseSql.stakeOut(Plot.of(house), ShardLogins.builderRole(1)) + "COMMIT");
        }
        return house;
    }

    private static List<String> fingerprint(House house) {
        try (var superuser = shard.superuser()) {
            return texts(
                    superuser,
                    "SELECT relname FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE"
                            + " nspname = '" + house.schema() + "') ORDER BY oid");
        }
    }

    private static List<String> roles(House house) {
        try (var superuser = shard.superuser()) {
            return texts(superuser, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'h\\_" + house.id() + "%'");
        }
    }

    private static List<String> builderMemberships() {
        try (var superuser = shard.superuser()) {
            return texts(
                    superuser,
                    "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN"
                            + " pg_roles b ON b.oid = m.member WHERE b.rolname LIKE 'rowhouse_builder_%'");
        }
    }

    private static List<HouseId> standing() {
        return shard.builder.standing(shard.definition.name()).collectList().block(TestShard.PATIENCE);
    }

    private static void remove(House house) {
        shard.builder.remove(shard.definition.name(), house.id()).block(TestShard.PATIENCE);
    }

    private static BlueprintScript script(String sql) {
        return new BlueprintScript(List.of(new SqlFile("test.sql", sql)));
    }

    private static List<String> texts(AdministrativeSession session, String sql) {
        return session.query(sql, row -> row.getString(1));
    }
}
