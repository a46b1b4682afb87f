package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.RoleName;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two houses on one shard and on the same lanes: what one of them may of the other is nothing. */
class IsolationTest {

    private static final String BLUEPRINT = """
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE TABLE note (id int PRIMARY KEY, body text);
            CREATE SEQUENCE ticket;
            CREATE VIEW notes AS SELECT * FROM note;
            CREATE MATERIALIZED VIEW kept AS SELECT * FROM note;
            CREATE FUNCTION bodies() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT body FROM note';
            CREATE FUNCTION run(statement text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
              AS $$ BEGIN RETURN QUERY EXECUTE statement; END $$;
            GRANT SELECT, INSERT ON note, notes, kept TO anon;
            GRANT EXECUTE ON FUNCTION bodies(), run(text) TO PUBLIC;
            GRANT USAGE ON TYPE mood TO PUBLIC;
            """;

    // Every privilege that any role of one house, or a lane of its own, has on anything of the other.
    private static final String AUDIT = """
            WITH actor AS (SELECT oid, rolname FROM pg_roles WHERE rolname IN (%1$s)),
            house AS (SELECT oid FROM pg_namespace WHERE nspname = '%2$s')
            SELECT rolname || ' USAGE' FROM actor, house WHERE has_schema_privilege(actor.oid, house.oid, 'USAGE')
            UNION ALL SELECT rolname || ' CREATE' FROM actor, house
              WHERE has_schema_privilege(actor.oid, house.oid, 'CREATE')
            UNION ALL SELECT rolname || ' ' || relname FROM actor, house JOIN pg_class c ON relnamespace = house.oid
              WHERE relkind IN ('r', 'v', 'm', 'p') AND (has_any_column_privilege(actor.oid, c.oid,
                'SELECT, INSERT, UPDATE, REFERENCES') OR has_table_privilege(actor.oid, c.oid,
                'DELETE, TRUNCATE, TRIGGER, MAINTAIN'))
            UNION ALL SELECT rolname || ' ' || relname FROM actor, house JOIN pg_class c ON relnamespace = house.oid
              WHERE relkind = 'S' AND has_sequence_privilege(actor.oid, c.oid, 'USAGE, SELECT, UPDATE')
            UNION ALL SELECT rolname || ' ' || proname FROM actor, house JOIN pg_proc p ON pronamespace = house.oid
              WHERE has_function_privilege(actor.oid, p.oid, 'EXECUTE')
            UNION ALL SELECT rolname || ' type ' || typname FROM actor, house JOIN pg_type t ON typnamespace = house.oid
              WHERE has_type_privilege(actor.oid, t.oid, 'USAGE')
            UNION ALL SELECT rolname || ' member of ' || %3$s FROM actor WHERE pg_has_role(rolname, %3$s, 'MEMBER')
            UNION ALL SELECT rolname || ' on database' FROM actor
              WHERE has_database_privilege(oid, current_database(), 'CREATE, TEMPORARY')
            UNION ALL SELECT rolname || ' may login or more' FROM pg_roles JOIN actor USING (oid, rolname)
              WHERE rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication
                OR rolbypassrls AND rolname NOT LIKE '%%_s'
            UNION ALL SELECT rolname || ' member of ' || g FROM actor, unnest(ARRAY['pg_read_server_files',
              'pg_write_server_files', 'pg_execute_server_program', 'pg_read_all_data', 'pg_monitor',
              'rowhouse_registrar', 'rowhouse_provisioner_1', 'rowhouse_builder_1', 'rowhouse_lane_1']) AS g
              WHERE pg_has_role(rolname, g, 'MEMBER')
            UNION ALL SELECT rolname || ' in public' FROM actor WHERE has_schema_privilege(oid, 'public', 'USAGE')
              OR has_schema_privilege(oid, 'public', 'CREATE')""";

    private static TestShard shard;
    private static House a;
    private static House b;

    @BeforeAll
    static void buildTwoHouses() {
        shard = TestShard.prepared();
        a = shard.build(BLUEPRINT);
        b = shard.build(BLUEPRINT);
        try (var service = as(b, CallerClass.SERVICE)) {
            service.execute("INSERT INTO " + b.schema().quoted() + ".note VALUES (1, 'of b')");
        }
        try (var service = as(a, CallerClass.SERVICE)) {
            service.execute("INSERT INTO " + a.schema().quoted() + ".note VALUES (1, 'of a')");
        }
    }

    @AfterAll
    static void closeShard() {
        shard.close();
    }

    @Test
    void h40NoRoleOfAHouseHasAnyRightInAnother() {
        assertThat(audit(a, b)).isEmpty();
        assertThat(audit(b, a)).isEmpty();
    }

    @Test
    void h40TheAuditSeesWhatAHousesOwnRolesMay() {
        assertThat(audit(a, a))
                .contains(a.id().role(CallerClass.ANON) + " USAGE", a.id().role(CallerClass.ANON) + " note");
    }

    @Test
    void ownRowsAreReadAndForeignRowsAreRefused() {
        try (var anon = as(a, CallerClass.ANON)) {
            assertThat(texts(anon, "SELECT body FROM " + a.schema().quoted() + ".note"))
                    .containsExactly("of a");
            assertRefused(anon, "SELECT body FROM " + b.schema().quoted() + ".note");
        }
    }

    @Test
    void dynamicSqlOfASecurityDefinerFunctionReadsItsOwnHouseOnly() {
        try (var anon = as(a, CallerClass.ANON)) {
            var run = "SELECT " + a.schema().quoted() + ".run('SELECT body FROM %s.note')";
            assertThat(texts(anon, run.formatted(a.schema().quoted()))).containsExactly("of a");
            assertRefused(anon, run.formatted(b.schema().quoted()));
        }
    }

    @Test
    void aStatementPreparedAsOneHouseIsRefusedToAnother() {
        try (var lane = shard.lane(1)) {
            become(lane, a, CallerClass.ANON);
            lane.execute("PREPARE rows AS SELECT body FROM " + a.schema().quoted() + ".note;"
                    + "PREPARE called AS SELECT * FROM " + a.schema().quoted() + ".bodies()");
            assertThat(texts(lane, "EXECUTE rows")).containsExactly("of a");
            assertThat(texts(lane, "EXECUTE called")).containsExactly("of a");
            become(lane, b, CallerClass.ANON);
            assertRefused(lane, "EXECUTE rows");
            assertRefused(lane, "EXECUTE called");
        }
    }

    @Test
    void functionsFindTheirHouseWhoeverCallsThem() {
        try (var anon = as(a, CallerClass.ANON)) {
            assertThat(texts(anon, "SELECT * FROM " + a.schema().quoted() + ".bodies()"))
                    .containsExactly("of a");
        }
    }

    @Test
    void materializedViewsAreForTheServiceOnly() {
        try (var anon = as(a, CallerClass.ANON);
                var service = as(a, CallerClass.SERVICE)) {
            assertRefused(anon, "SELECT body FROM " + a.schema().quoted() + ".kept");
            assertThat(texts(service, "SELECT body FROM " + a.schema().quoted() + ".kept"))
                    .isEmpty();
        }
    }

    @Test
    void aLaneMayNothingBeforeItTakesARole() {
        try (var lane = shard.lane(1)) {
            assertRefused(lane, "SELECT body FROM " + a.schema().quoted() + ".note");
            assertRefused(lane, "CREATE TEMP TABLE t (id int)");
            assertRefused(lane, "CREATE TABLE public.t (id int)");
            assertRefused(lane, "SELECT lo_from_bytea(0, 'x')");
            assertRefused(lane, "SET ROLE " + a.id().owner().quoted());
        }
    }

    @Test
    void aLaneOfOtherHousesReachesNeither() {
        try (var lane = shard.lane(3)) {
            assertRefused(lane, "SET ROLE " + a.id().role(CallerClass.ANON).quoted());
        }
    }

    @Test
    void aBuilderReachesNoFinishedHouse() {
        try (var builder = shard.as(TestShard.LOGINS.builder(shard.definition.name(), 1))) {
            assertRefused(builder, "SET ROLE " + a.id().owner().quoted());
            assertRefused(builder, "SELECT body FROM " + a.schema().quoted() + ".note");
        }
    }

    private static List<String> audit(House actor, House victim) {
        var others = HouseSql.roles(victim.id()).stream().map(RoleName::value).toList();
        try (var superuser = shard.superuser()) {
            return others.stream()
                    .flatMap(other -> superuser
                            .query(
                                    AUDIT.formatted(
                                            HouseSql.roleLiterals(actor.id()),
                                            victim.schema().value(),
                                            "'" + other + "'"),
                                    row -> row.getString(1))
                            .stream())
                    .distinct()
                    .toList();
        }
    }

    private static AdministrativeSession as(House house, CallerClass caller) {
        var lane = shard.lane(1);
        become(lane, house, caller);
        return lane;
    }

    private static void become(AdministrativeSession lane, House house, CallerClass caller) {
        lane.execute("SET ROLE " + house.id().role(caller).quoted());
    }

    private static List<String> texts(AdministrativeSession session, String sql) {
        return session.query(sql, row -> row.getString(1));
    }

    private static void assertRefused(AdministrativeSession session, String sql) {
        assertThatThrownBy(() -> session.execute(sql)).hasMessageStartingWith("42501");
    }
}
