package dev.rowhouse.tenancy.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.database.Migrations;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.catalog.Column.Generation;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relation.ForeignKey;
import dev.rowhouse.tenancy.catalog.Relation.Kind;
import dev.rowhouse.tenancy.house.BlueprintScript;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import dev.rowhouse.tenancy.house.HouseBuilder;
import dev.rowhouse.tenancy.house.MusicStore;
import dev.rowhouse.tenancy.house.TestShard;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class BlueprintsTest {

    private static final Actor OPERATOR = new Actor("operator:test");

    private static TestShard shard;
    private static Database control;
    private static Blueprints blueprints;

    @BeforeAll
    static void open() {
        shard = TestShard.prepared();
        var server = PostgresServer.shared();
        var endpoint = server.createDatabase("control_" + HouseId.random());
        Migrations.run(endpoint, server.superuser(), "db/control");
        control = Database.open(endpoint, server.superuser(), 4);
        blueprints = new Blueprints(control, shard.builder);
    }

    @AfterAll
    static void close() {
        control.close();
        shard.close();
    }

    @AfterEach
    void leavesNoScratchHouse() {
        assertThat(shard.builder.standing(shard.definition.name()).collectList().block(TestShard.PATIENCE))
                .isEmpty();
    }

    @Test
    void publishesTheMusicStoreAndServesItsCatalog() {
        var published = blueprints
                .publish(MusicStore.VERSION, MusicStore.script(), OPERATOR)
                .block(TestShard.PATIENCE);

        assertThat(published.relations()).isEqualTo(12);
        assertThat(published.routines()).isEqualTo(3);
        assertThat(published.warnings()).isEmpty();
        assertThat(published.files())
                .containsExactly("01-catalogue.sql", "02-sales.sql", "03-access.sql", "04-reports.sql");
        var catalog = new Blueprints(control, shard.builder)
                .catalog(MusicStore.VERSION)
                .block(TestShard.PATIENCE);
        assertThat(catalog).isEqualTo(blueprints.catalog(MusicStore.VERSION).block(TestShard.PATIENCE));
        var track = catalog.relation("track");
        assertThat(track.primaryKey()).containsExactly("track_id");
        assertThat(track.callerIndependent()).isTrue();
        assertThat(track.foreignKeys())
                .contains(new ForeignKey("track_album_id_fkey", List.of("album_id"), "album", List.of("album_id")));
        assertThat(track.column("track_id").generation()).isEqualTo(Generation.IDENTITY_BY_DEFAULT);
        assertThat(track.column("unit_price").type().display()).isEqualTo("numeric(10,2)");
        assertThat(track.column("unit_price").type().category()).isEqualTo(Category.NUMBER);
        assertThat(catalog.relation("invoice").column("invoice_date").defaultExpression())
                .isEqualTo("now()");
        assertThat(catalog.relation("customer").rowSecurity()).isTrue();
        assertThat(catalog.relation("album_overview").kind()).isEqualTo(Kind.VIEW);
        assertThat(catalog.relation("album_overview").callerIndependent()).isFalse();
        assertThat(catalog.relation("album_overview").insertable()).isFalse();
        assertThat(catalog.routines().get("tracks_of_artist").getFirst().returnsRelation())
                .isEqualTo("track");
        assertThat(blueprints.script(MusicStore.VERSION).block(TestShard.PATIENCE))
                .isEqualTo(MusicStore.script());
        assertThat(blueprints.newest("music-store").block(TestShard.PATIENCE)).isEqualTo(MusicStore.VERSION);
    }

    @Test
    void answersTheSameFilesWithTheSameVersionAndRefusesOthers() {
        var version = new BlueprintVersion("twice", 1);
        var first = blueprints.publish(version, script("CREATE TABLE a (id int PRIMARY KEY)"), OPERATOR);
        var published = first.block(TestShard.PATIENCE);

        assertThat(first.block(TestShard.PATIENCE)).isEqualTo(published);
        StepVerifier.create(blueprints.publish(version, script("CREATE TABLE b (id int PRIMARY KEY)"), OPERATOR))
                .verifyError(BlueprintError.VersionTaken.class);
    }

    @Test
    void givesANumberToOneOfTwoWhoPublishAtOnce() {
        var version = new BlueprintVersion("race", 1);
        var outcomes = Flux.just("a", "b")
                .flatMap(name -> blueprints
                        .publish(version, script("CREATE TABLE " + name + " (id int PRIMARY KEY)"), OPERATOR)
                        .map(_ -> "published")
                        .onErrorResume(
                                BlueprintError.VersionTaken.class, _ -> reactor.core.publisher.Mono.just("taken")))
                .collectList()
                .block(TestShard.PATIENCE);

        assertThat(outcomes).containsExactlyInAnyOrder("published", "taken");
    }

    @Test
    void namesFileLineAndColumnOfAFailingStatementInPostgresWords() {
        var error =
                rejected("CREATE TABLE ä (id int);\n\n  -- next\n  CREATE TABLE b (\n    ü text,\n    x nosuchtype);");

        assertThat(error.file()).isEqualTo("test.sql");
        assertThat(error.line()).isEqualTo(6);
        assertThat(error.column()).isEqualTo(7);
        assertThat(error.sqlState()).isEqualTo("42704");
        assertThat(error.reason()).isEqualTo("type \"nosuchtype\" does not exist");
    }

    @Test
    void pointsAtTheStatementWherePostgresNamesNoPosition() {
        var error = rejected("CREATE TABLE a (id int);\n\n/* again */ CREATE TABLE a (id int);");

        assertThat(error.line()).isEqualTo(3);
        assertThat(error.column()).isEqualTo(13);
        assertThat(error.sqlState()).isEqualTo("42P07");
    }

    @Test
    void publishesNothingHalf() {
        var version = new BlueprintVersion("half", 1);
        StepVerifier.create(blueprints.publish(version, script("CREATE TABLE a (id int); SELECT 1/0;"), OPERATOR))
                .verifyError(BlueprintError.Rejected.class);

        assertThat(blueprints.find(version).block(TestShard.PATIENCE)).isNull();
    }

    @Test
    void refusesCustomColumnNames() {
        var error = rejected("CREATE TABLE a (id int PRIMARY KEY,\n  x_size int)");

        assertThat(error.line()).isEqualTo(2);
        assertThat(error.column()).isEqualTo(3);
        assertThat(error.reason()).contains("x_");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE TABLE a (id int PRIMARY KEY); COMMENT ON TABLE a IS '@cache always'     | a @cache that there is not
            CREATE TABLE a (id int PRIMARY KEY); COMMENT ON TABLE a IS '@http max-age=x'   | a @http that there is not
            CREATE TABLE a (id int); COMMENT ON TABLE a IS '@cache events @journal off'    | nobody is told
            CREATE TABLE a (id int) PARTITION BY LIST (id); COMMENT ON TABLE a IS '@cache events'     | shares its rows
            CREATE TABLE a (id int); CREATE TABLE b () INHERITS (a); COMMENT ON TABLE a IS '@cache versioned' | shares its rows
            CREATE TABLE b (id int); CREATE TABLE a () INHERITS (b); COMMENT ON TABLE a IS '@cache events' | shares its rows
            CREATE VIEW a AS SELECT 1 AS id; COMMENT ON VIEW a IS '@cache events'          | only tables have a @cache
            """)
    void refusesCachesThatItCannotKeep(String sql, String reason) {
        var error = rejected(sql);

        assertThat(error.reason()).contains(reason);
        assertThat(error.column()).isEqualTo(sql.indexOf("COMMENT") + 1);
    }

    @Test
    void refusesACacheOfWhatTheJournalLeavesOut() {
        var error = rejected("""
                CREATE TYPE pair AS (a int, b int);
                CREATE FUNCTION pair_json(pair) RETURNS json LANGUAGE sql IMMUTABLE AS 'SELECT to_json(($1).a)';
                CREATE CAST (pair AS json) WITH FUNCTION pair_json(pair);
                CREATE TABLE a (id int PRIMARY KEY, p pair);
                COMMENT ON TABLE a IS '@cache events';
                """);

        assertThat(error.reason()).contains("the journal leaves a out");
    }

    @Test
    void refusesADoBlockThatChangesTheRole() {
        assertThat(rejected("SELECT 1; DO $$ BEGIN EXECUTE 'RESET ROLE'; END $$")
                        .column())
                .isEqualTo(11);
        assertThat(rejected("DO $$ BEGIN EXECUTE 'SET ROLE postgres'; END $$").sqlState())
                .isEqualTo("42501");
        assertThat(rejected("DO $$ BEGIN PERFORM set_config('role', 'none', false); END $$")
                        .reason())
                .contains("role");
        assertThat(rejected("DO $$ BEGIN EXECUTE 'SET ROLE rowhouse_lane_1'; END $$")
                        .sqlState())
                .isEqualTo("42501");
    }

    @Test
    void refusesWhatLeavesTheHouse() {
        assertThat(rejected("DO $$ BEGIN EXECUTE 'CREATE SCHEMA other'; END $$").sqlState())
                .isEqualTo("42501");
        assertThat(rejected("CREATE TABLE public.a (id int)").sqlState()).isEqualTo("42501");
        assertThat(rejected("DO $$ BEGIN EXECUTE 'CREATE TEMP TABLE a (id int)'; END $$")
                        .sqlState())
                .isEqualTo("42501");
        assertThat(rejected("SELECT lo_create(0)").sqlState()).isEqualTo("42501");
        assertThat(rejected("CREATE TABLE a (id int); GRANT SELECT ON a TO rowhouse_lane_1")
                        .reason())
                .contains("rowhouse_lane_1");
        assertThat(rejected("CREATE VIEW v AS SELECT * FROM information_schema.tables")
                        .reason())
                .contains("outside the house");
        assertThat(rejected("CREATE TABLE a (id int); COPY a FROM PROGRAM 'id'").reason())
                .contains("COPY");
        assertThat(rejected("DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''id'''; END $$")
                        .sqlState())
                .isEqualTo("42501");
    }

    @Test
    void takesParametersInFunctionBodiesForWhatTheyAre() {
        var version = new BlueprintVersion("parameters", 1);
        var published = blueprints
                .publish(
                        version,
                        script(
                                "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN $1 > 0"
                                        + " THEN $1 * 2 ELSE 0 END; END; CREATE TABLE a (id int PRIMARY KEY)"),
                        OPERATOR)
                .block(TestShard.PATIENCE);

        assertThat(published.routines()).isEqualTo(1);
    }

    @Test
    void warnsOfWhatIsProbablyNotMeant() {
        var published = blueprints
                .publish(new BlueprintVersion("warned", 1), script("""
                                CREATE TABLE a (id int);
                                CREATE TABLE b (id int PRIMARY KEY);
                                COMMENT ON TABLE b IS '@journal sometimes';
                                ALTER TABLE b ENABLE ROW LEVEL SECURITY;
                                CREATE VIEW v WITH (security_invoker = false) AS SELECT * FROM b;
                                COMMENT ON VIEW v IS '@extensible';
                                CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
                                """), OPERATOR)
                .block(TestShard.PATIENCE);

        assertThat(published.warnings())
                .hasSize(7)
                .anyMatch(warning -> warning.contains("a @journal that there is not (expected: off, keys or rows)"));
    }

    @Test
    void namesNoSchemaInExpressions() {
        var version = new BlueprintVersion("neutral", 1);
        blueprints.publish(version, script("""
                                CREATE TYPE mood AS ENUM ('sad', 'happy');
                                CREATE SEQUENCE numbers;
                                CREATE DOMAIN positive AS int CHECK (VALUE > 0);
                                CREATE TABLE a (id int PRIMARY KEY DEFAULT nextval('numbers'),
                                  mood mood NOT NULL DEFAULT 'happy', moods mood[], amount positive,
                                  secret bytea DEFAULT extensions.digest('x', 'sha1'),
                                  doubled int GENERATED ALWAYS AS (id * 2) STORED);
                                """), OPERATOR).block(TestShard.PATIENCE);

        var relation = blueprints.catalog(version).block(TestShard.PATIENCE).relation("a");
        assertThat(relation.column("id").defaultExpression()).isEqualTo("nextval('numbers'::regclass)");
        assertThat(relation.column("mood").type().labels()).containsExactly("sad", "happy");
        assertThat(relation.column("moods").type().array()).isTrue();
        assertThat(relation.column("amount").type().category()).isEqualTo(Category.INTEGER);
        assertThat(relation.column("doubled").generation()).isEqualTo(Generation.STORED);
    }

    @Test
    void aTableThatRunsCodeOfItsOwnWhenItIsReadIsNotReadAlone() {
        var version = new BlueprintVersion("running", 1);
        blueprints.publish(version, script("""
                                CREATE FUNCTION busy(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
                                  $$ BEGIN RETURN true; END $$;
                                CREATE FUNCTION gap(int, int) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 1.0';
                                CREATE FUNCTION never(oid, regnamespace) RETURNS boolean LANGUAGE sql AS 'SELECT false';
                                CREATE FUNCTION never(oid, regclass) RETURNS boolean LANGUAGE sql AS 'SELECT false';
                                CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = regnamespace, FUNCTION = never);
                                CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = never);
                                CREATE TYPE span AS RANGE (subtype = int, subtype_diff = gap);
                                CREATE TABLE plain (id int PRIMARY KEY CHECK (busy(id)), n int);
                                CREATE INDEX plain_n ON plain (abs(n)) WHERE n > 0;
                                CREATE TABLE indexed (id int PRIMARY KEY);
                                CREATE INDEX indexed_some ON indexed (id) WHERE busy(1);
                                CREATE TABLE measured (id int PRIMARY KEY);
                                CREATE STATISTICS of_measured ON (busy(id)) FROM measured;
                                CREATE TABLE whole (id int) PARTITION BY LIST (busy(id));
                                CREATE TABLE parent (id int);
                                CREATE TABLE child (CHECK (busy(1))) INHERITS (parent);
                                CREATE TABLE spanned (id int PRIMARY KEY, at span);
                                """), OPERATOR).block(TestShard.PATIENCE);

        var catalog = blueprints.catalog(version).block(TestShard.PATIENCE);
        assertThat(catalog.relations().values())
                .filteredOn(Relation::callerIndependent)
                .extracting(Relation::name)
                .containsExactly("plain");
    }

    @Test
    void needsAShard() {
        try (var none = new HouseBuilder(new ShardLogins("0123456789012345678901234567890123"))) {
            StepVerifier.create(new Blueprints(control, none)
                            .publish(new BlueprintVersion("none", 1), script("SELECT 1"), OPERATOR))
                    .verifyError(BlueprintError.NoShard.class);
        }
    }

    private static BlueprintError.Rejected rejected(String sql) {
        var seen = new BlueprintError.Rejected[1];
        StepVerifier.create(blueprints.publish(new BlueprintVersion("rejected", 1), script(sql), OPERATOR))
                .consumeErrorWith(error -> seen[0] = (BlueprintError.Rejected) error)
                .verify(TestShard.PATIENCE);
        return seen[0];
    }

    private static BlueprintScript script(String sql) {
        return new BlueprintScript(List.of(new SqlFile("test.sql", sql)));
    }
}
