package dev.rowhouse.tenancy.fields;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.blueprint.Blueprints;
import dev.rowhouse.tenancy.catalog.CustomField;
import dev.rowhouse.tenancy.catalog.FieldType;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.fields.Fields.Added;
import dev.rowhouse.tenancy.house.BlueprintScript;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import dev.rowhouse.tenancy.house.TestShard;
import dev.rowhouse.tenancy.onboarding.Installation;
import dev.rowhouse.tenancy.operation.Failpoint;
import dev.rowhouse.tenancy.shard.ShardError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Columns of a tenant's own in real houses; each test moves into its own. */
class FieldsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Actor ACTOR = new Actor("tenant:test");
    private static final BlueprintVersion VERSION = new BlueprintVersion("extensible", 1);
    private static final BlueprintScript SCRIPT = new BlueprintScript(List.of(new SqlFile("test.sql", """
            CREATE TABLE item (id int PRIMARY KEY, name text);
            COMMENT ON TABLE item IS 'What is sold. @extensible';
            CREATE TABLE closed (id int PRIMARY KEY);
            CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
            CREATE TABLE parts_2021 PARTITION OF parts FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
            COMMENT ON TABLE parts IS '@extensible';
            """)));

    private static TestShard shard;
    private static Database control;
    private static Blueprints blueprints;
    private static Residents residents;
    private static Fields fields;

    /** A tenant that has moved in. */
    private record Home(Slug slug, House house) {

        Resident resident() {
            return residents.find(slug).block(PATIENCE);
        }
    }

    @BeforeAll
    static void open() {
        shard = TestShard.prepared();
        control = Database.open(
                Installation.emptyControlDatabase(), PostgresServer.shared().superuser(), 6);
        blueprints = new Blueprints(control, shard.builder);
        blueprints.publish(VERSION, SCRIPT, ACTOR).block(PATIENCE);
        residents = new Residents(control, blueprints::catalog);
        fields = fields(Failpoint.NONE);
        execute("INSERT INTO shard (name, host, port, database, region, weight, draining, lanes, labels, registered_by,"
                + " changed_by) VALUES ('" + shard.definition.name().value()
                + "', 'localhost', 1, 'none', 'test', 1, false, 4, '{}', 'test', 'test')");
    }

    @AfterAll
    static void close() {
        control.close();
        shard.close();
    }

    @Test
    void aFieldIsAColumnThatEveryInstanceSees() {
        var home = home();
        var background = new BackgroundWork();
        var elsewhere = new Residents(control, blueprints::catalog);
        elsewhere.start(background);
        assertThat(elsewhere
                        .find(home.slug())
                        .block(PATIENCE)
                        .catalog()
                        .relation("item")
                        .column("x_size"))
                .isNull();

        var added = add(home, field("x_size", FieldType.INTEGER, "7"));

        assertThat(added.created()).isTrue();
        assertThat(added.field().state()).isEqualTo(Field.State.ACTIVE);
        var column = home.resident().catalog().relation("item").column("x_size");
        assertThat(column.type().name()).isEqualTo("int4");
        assertThat(column.defaultExpression()).isEqualTo("'7'::integer");
        assertThat(columns(home, "item")).containsExactly("id", "name", "x_size");
        elsewhere
                .find(home.slug())
                .filter(resident -> resident.catalog().relation("item").column("x_size") != null)
                .repeatWhenEmpty(rounds -> rounds.delayElements(Duration.ofMillis(50)))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(2));
        background.close();
    }

    @Test
    void aFieldIsOneTenantsAlone() {
        var home = home();
        var neighbour = home();

        add(home, field("x_mine", FieldType.TEXT, null));

        assertThat(home.resident().catalog().relation("item").column("x_mine")).isNotNull();
        assertThat(neighbour.resident().catalog().relation("item").column("x_mine"))
                .isNull();
        assertThat(columns(neighbour, "item")).containsExactly("id", "name");
        assertThat(fields.list(neighbour.resident().tenant().id()).collectList().block(PATIENCE))
                .isEmpty();
        StepVerifier.create(fields.drop(neighbour.resident(), "item", "x_mine", ACTOR))
                .expectError(FieldError.Unknown.class)
                .verify(PATIENCE);
        assertThat(columns(home, "item")).contains("x_mine");
    }

    @Test
    void everyTypeTakesADefault() {
        var home = home();
        var defaults = Map.of(
                FieldType.TEXT, "\"it's \\\\ \\\"quoted\\\"\"",
                FieldType.BOOLEAN, "true",
                FieldType.INTEGER, "-1",
                FieldType.BIGINT, "9223372036854775807",
                FieldType.NUMERIC, "1.50",
                FieldType.DATE, "\"2026-02-28\"",
                FieldType.TIMESTAMPTZ, "\"2026-02-28T10:00:00Z\"",
                FieldType.UUID, "\"00000000-0000-0000-0000-000000000001\"",
                FieldType.JSONB, "{\"a\":[1,\"it's\"]}",
                FieldType.TEXT_ARRAY, "[\"a,b\",\"c\\\"d\",\"\"]");
        assertThat(defaults).containsOnlyKeys(FieldType.values());

        defaults.forEach((type, json) -> add(
                home, new CustomField("item", "x_" + type.name().toLowerCase(), type, false, json, "it's a comment")));

        ask(home, "INSERT INTO %s.item (id) VALUES (1) RETURNING id");
        assertThat(ask(home, "SELECT x_text FROM %s.item")).isEqualTo("it's \\ \"quoted\"");
        assertThat(ask(home, "SELECT x_numeric FROM %s.item")).isEqualTo("1.50");
        assertThat(ask(home, "SELECT x_jsonb ->> 'a' FROM %s.item")).isEqualTo("[1, \"it's\"]");
        assertThat(ask(home, "SELECT pg_catalog.to_json(x_text_array) FROM %s.item"))
                .isEqualTo("[\"a,b\",\"c\\\"d\",\"\"]");
        assertThat(
                        ask(
                                home,
                                "SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute WHERE attrelid = '%s.item'::regclass"
                                        + " AND attnotnull AND pg_catalog.col_description(attrelid, attnum) = 'it''s a comment'"))
                .isEqualTo("10");
    }

    @Test
    void aFieldOfAPartitionedTableIsInItsParts() {
        var home = home();

        add(home, new CustomField("parts", "x_note", FieldType.TEXT, true, null, null));

        assertThat(columns(home, "parts_2021")).contains("x_note");
    }

    @Test
    void theSameRequestAgainChangesNothing() {
        var home = home();
        var field = field("x_size", FieldType.INTEGER, null);

        assertThat(add(home, field).created()).isTrue();
        assertThat(add(home, field).created()).isFalse();
        refused(home, field("x_size", FieldType.TEXT, null), FieldError.Taken.class);
        assertThat(ask(
                        home,
                        "SELECT pg_catalog.format_type(atttypid, -1) FROM pg_catalog.pg_attribute"
                                + " WHERE attrelid = '%s.item'::regclass AND attname = 'x_size'"))
                .isEqualTo("integer");
    }

    @Test
    void ofManyWhoAskAtOnceOneAddsIt() {
        var home = home();
        var resident = home.resident();

        var created = Flux.range(0, 4)
                .flatMap(_ -> fields.add(resident, field("x_size", FieldType.INTEGER, null), ACTOR))
                .filter(Added::created)
                .count()
                .block(PATIENCE);

        assertThat(created).isEqualTo(1);
    }

    @Test
    void whatTheBlueprintDoesNotMarkTakesNoField() {
        var home = home();

        refused(
                home,
                new CustomField("closed", "x_a", FieldType.TEXT, true, null, null),
                FieldError.NotExtensible.class);
        refused(
                home,
                new CustomField("pg_class", "x_a", FieldType.TEXT, true, null, null),
                FieldError.UnknownRelation.class);
        assertThat(columns(home, "closed")).containsExactly("id");
    }

    @Test
    void aRelationHasFiftyFieldsAtMost() {
        var home = home();
        execute("INSERT INTO tenant_field (tenant, relation, name, type, nullable, state, actor) SELECT '"
                + home.resident().tenant().id().value()
                + "', 'item', 'x_' || n, 'text', true, 'active', 'test' FROM generate_series(1, 49) AS n");

        add(home, field("x_last", FieldType.TEXT, null));
        refused(home, field("x_more", FieldType.TEXT, null), FieldError.TooMany.class);
        add(home, new CustomField("parts", "x_other", FieldType.TEXT, true, null, null));
    }

    @Test
    void aDroppedFieldIsGoneWithWhatWasInIt() {
        var home = home();
        add(home, field("x_size", FieldType.INTEGER, "7"));

        fields.drop(home.resident(), "item", "x_size", ACTOR).block(PATIENCE);

        assertThat(home.resident().catalog().relation("item").column("x_size")).isNull();
        assertThat(columns(home, "item")).containsExactly("id", "name");
        StepVerifier.create(fields.drop(home.resident(), "item", "x_size", ACTOR))
                .expectError(FieldError.Unknown.class)
                .verify(PATIENCE);
        assertThat(add(home, field("x_size", FieldType.TEXT, null)).created()).isTrue();
        assertThat(events(home)).containsExactly("tenant.field_added", "tenant.field_dropped", "tenant.field_added");
    }

    @Test
    void aDefaultThatPostgresRefusesLeavesNothing() {
        var home = home();

        refused(home, field("x_day", FieldType.DATE, "\"2026-02-30\""), ShardError.Refused.class);

        assertThat(columns(home, "item")).containsExactly("id", "name");
        assertThat(fields.list(home.resident().tenant().id()).collectList().block(PATIENCE))
                .isEmpty();
        assertThat(add(home, field("x_day", FieldType.DATE, null)).created()).isTrue();
    }

    @Test
    void aTableInUseIsNotWaitedForLong() {
        var home = home();
        try (var reader = superuser()) {
            reader.execute("BEGIN; SELECT 1 FROM " + home.house().id().schema().quoted() + ".item");

            refused(home, field("x_late", FieldType.TEXT, null), FieldError.Busy.class);
            assertThat(fields.list(home.resident().tenant().id()).collectList().block(PATIENCE))
                    .isEmpty();
            reader.execute("COMMIT");
        }
        assertThat(columns(home, "item")).containsExactly("id", "name");
        assertThat(add(home, field("x_late", FieldType.TEXT, null)).created()).isTrue();
    }

    @Test
    void aDeadInstancesLeaseRunsOut() {
        var home = home();
        var tenant = home.resident().tenant().id().value();
        execute("INSERT INTO tenant_field_lease VALUES ('" + tenant + "', '" + UUID.randomUUID()
                + "', now() + interval '1 hour')");
        refused(home, field("x_size", FieldType.TEXT, null), FieldError.Busy.class);

        execute("UPDATE tenant_field_lease SET until = now() - interval '1 second' WHERE tenant = '" + tenant + "'");

        assertThat(add(home, field("x_size", FieldType.TEXT, null)).created()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"field.add.wanted", "field.add.altered"})
    void anAdditionThatACrashCutsOffIsFinished(String point) {
        var again = home();
        var swept = home();
        var field = field("x_size", FieldType.INTEGER, "7");
        for (var home : List.of(again, swept)) {
            StepVerifier.create(crashing(point).add(home.resident(), field, ACTOR))
                    .expectErrorMessage("crash")
                    .verify(PATIENCE);
            assertThat(home.resident().catalog().relation("item").column("x_size"))
                    .isNull();
        }

        assertThat(add(again, field).created()).isTrue();
        fields.sweep().block(PATIENCE);

        for (var home : List.of(again, swept)) {
            assertThat(columns(home, "item")).containsExactly("id", "name", "x_size");
            assertThat(home.resident().catalog().relation("item").column("x_size"))
                    .isNotNull();
            assertThat(events(home)).containsExactly("tenant.field_added");
        }
    }

    @Test
    void whatMayBeThereIsNotForgottenForABusyTable() {
        var home = home();
        var field = field("x_size", FieldType.INTEGER, "7");
        StepVerifier.create(crashing("field.add.altered").add(home.resident(), field, ACTOR))
                .expectErrorMessage("crash")
                .verify(PATIENCE);
        try (var reader = superuser()) {
            reader.execute("BEGIN; SELECT 1 FROM " + home.house().id().schema().quoted() + ".item");
            refused(home, field, FieldError.Busy.class);
            reader.execute("COMMIT");
        }

        refused(home, field("x_size", FieldType.TEXT, null), FieldError.Taken.class);
        fields.sweep().block(PATIENCE);

        assertThat(home.resident()
                        .catalog()
                        .relation("item")
                        .column("x_size")
                        .type()
                        .name())
                .isEqualTo("int4");
    }

    @ParameterizedTest
    @CsvSource({"field.drop.hidden", "field.drop.altered"})
    void aDropThatACrashCutsOffIsFinished(String point) {
        var again = home();
        var swept = home();
        for (var home : List.of(again, swept)) {
            add(home, field("x_size", FieldType.INTEGER, "7"));
            StepVerifier.create(crashing(point).drop(home.resident(), "item", "x_size", ACTOR))
                    .expectErrorMessage("crash")
                    .verify(PATIENCE);
            assertThat(home.resident().catalog().relation("item").column("x_size"))
                    .isNull();
        }

        fields.drop(again.resident(), "item", "x_size", ACTOR).block(PATIENCE);
        fields.sweep().block(PATIENCE);

        for (var home : List.of(again, swept)) {
            assertThat(columns(home, "item")).containsExactly("id", "name");
            assertThat(fields.list(home.resident().tenant().id()).collectList().block(PATIENCE))
                    .isEmpty();
            assertThat(events(home)).containsExactly("tenant.field_added", "tenant.field_dropped");
        }
    }

    @Test
    void nobodyKeepsTheOwnersKey() {
        var home = home();

        add(home, field("x_size", FieldType.INTEGER, null));

        assertThat(ask(
                        home,
                        "SELECT pg_catalog.count(*) FROM pg_catalog.pg_auth_members WHERE roleid = '"
                                + home.house().id().owner().value() + "'::regrole AND (set_option OR inherit_option)"))
                .isEqualTo("0");
    }

    private static Home home() {
        var home = new Home(
                new Slug("t-" + HouseId.random()),
                new House(HouseId.random(), shard.definition.name(), List.of(1, 2), VERSION));
        shard.builder.build(List.of(home.house()), SCRIPT).blockLast(PATIENCE);
        var tenant = UUID.randomUUID();
        execute("INSERT INTO tenant (id, slug, name, state, plan, blueprint, blueprint_version, shard, labels, version)"
                + " VALUES ('" + tenant + "', '" + home.slug() + "', 'Test', 'active', 'free', 'extensible', 1, '"
                + shard.definition.name().value() + "', '{}', 1)");
        execute("INSERT INTO house (id, shard, blueprint, version, lanes, state, tenant) VALUES ('"
                + home.house().id().value() + "', '" + shard.definition.name().value()
                + "', 'extensible', 1, '{1,2}', 'taken', '" + tenant + "')");
        execute("UPDATE tenant SET house = '" + home.house().id().value() + "' WHERE id = '" + tenant + "'");
        return home;
    }

    private static CustomField field(String name, FieldType type, String defaultJson) {
        return new CustomField("item", name, type, true, defaultJson, null);
    }

    private static Added add(Home home, CustomField field) {
        return fields.add(home.resident(), field, ACTOR).block(PATIENCE);
    }

    private static void refused(Home home, CustomField field, Class<? extends Throwable> error) {
        StepVerifier.create(fields.add(home.resident(), field, ACTOR))
                .expectError(error)
                .verify(PATIENCE);
    }

    private static Fields fields(Failpoint failpoint) {
        return new Fields(control, shard.builder, residents, Duration.ZERO, failpoint);
    }

    private static Fields crashing(String point) {
        return fields(reached -> reached.equals(point) ? Mono.error(new IllegalStateException("crash")) : Mono.empty());
    }

    private static List<String> columns(Home home, String relation) {
        try (var session = superuser()) {
            return session.query(
                    "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = '"
                            + home.house().id().schema().value() + "." + relation
                            + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                    row -> row.getString(1));
        }
    }

    private static String ask(Home home, String sql) {
        try (var session = superuser()) {
            return session.query(sql.replace("%s", home.house().id().schema().value()), row -> row.getString(1))
                    .getFirst();
        }
    }

    private static List<String> events(Home home) {
        return control.client()
                .sql("SELECT e.type FROM tenant_event e JOIN tenant t ON t.id = e.tenant WHERE t.slug = :slug"
                        + " ORDER BY e.sequence")
                .bind("slug", home.slug().value())
                .map(row -> String.valueOf(row.get("type", String.class)))
                .all()
                .collectList()
                .block(PATIENCE);
    }

    private static AdministrativeSession superuser() {
        return AdministrativeSession.open(
                shard.definition.endpoint(), PostgresServer.shared().superuser());
    }

    private static void execute(String sql) {
        control.client().sql(sql).then().block(PATIENCE);
    }
}
