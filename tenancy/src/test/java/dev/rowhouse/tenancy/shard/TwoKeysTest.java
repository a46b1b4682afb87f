package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All of it on one connection, so that each call meets what the one before it left behind. */
class TwoKeysTest {

    private static final Caller ANON = TwoHouses.anon();
    private static final Caller SERVICE = TwoHouses.service();

    private TwoHouses houses;

    @BeforeEach
    void build() {
        houses = TwoHouses.onOneConnection();
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @Test
    void eachTenantReadsItsOwnRowOverOneConnection() {
        var process = houses.process(houses.a);
        assertThat(read(houses.a)).containsExactly("{\"id\":7,\"name\":\"CANARY-A-7\"}");
        assertThat(read(houses.b)).containsExactly("{\"id\":7,\"name\":\"CANARY-B-7\"}");
        assertThat(read(houses.a)).containsExactly("{\"id\":7,\"name\":\"CANARY-A-7\"}");
        assertThat(houses.process(houses.b)).isEqualTo(process);
    }

    @Test
    void anEmptyAnswerHasNoRow() {
        assertThat(houses.rows(houses.a, ANON, TwoHouses.track(houses.a, ANON, 0)))
                .isEmpty();
    }

    @Test
    void theHeadComesFirstEvenWithoutRows() {
        var from = " FROM (SELECT WHERE current_user = '" + houses.a.id().role(CallerClass.ANON)
                + "') AS caller LEFT JOIN LATERAL (SELECT row_to_json(r) AS body FROM (SELECT id FROM "
                + houses.a.schema().quoted()
                + ".track WHERE id < $1::int4 ORDER BY id) AS r) AS answer ON true";
        var sql = "SELECT answer.body, '{\"total\":1}'::json AS head" + from;
        assertThat(houses.rows(houses.a, ANON, new Read(new Statement(sql, List.of("3")), true, true)))
                .containsExactly("{\"total\":1}", "{\"id\":1}", "{\"id\":2}");
        assertThat(houses.rows(houses.a, ANON, new Read(new Statement(sql, List.of("0")), false, true)))
                .containsExactly("{\"total\":1}");
    }

    @Test
    void theSchemaOfAnotherHouseIsRefused() {
        var from = "SELECT name FROM " + houses.b.schema().quoted() + ".track WHERE id = $1::int4";
        assertRefused("42501", houses.a, TwoHouses.plain(houses.a, ANON, from, "7"));
        assertRefused("42501", houses.a, TwoHouses.inTransaction(houses.a, ANON, from, "7"));
        assertThat(read(houses.a)).hasSize(1);
    }

    @Test
    void aConnectionThatRemembersAnotherTenantsRoleIsRefused() {
        read(houses.b);
        read(houses.a);
        houses.believe(houses.b.id().role(CallerClass.ANON));
        // Prepared for B and planned before: parsing does not check the schema again, the table does.
        assertThatThrownBy(() -> read(houses.b)).isInstanceOf(ShardError.class);
        assertThat(read(houses.b)).containsExactly("{\"id\":7,\"name\":\"CANARY-B-7\"}");
    }

    @Test
    void aConnectionThatRemembersAnotherClassOfTheSameTenantAnswersNothing() {
        houses.rows(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, 7));
        var process = houses.process(houses.a);
        houses.rows(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, 7));
        houses.believe(houses.a.id().role(CallerClass.ANON));
        assertThatThrownBy(() -> read(houses.a)).isInstanceOf(ShardError.RoleMismatch.class);
        assertThat(houses.process(houses.a)).isNotEqualTo(process);
    }

    @Test
    void aRoleTheLaneMayNotTakeFailsTheReadBehindIt() {
        read(houses.a);
        houses.execute("REVOKE \"%s\" FROM \"%s\""
                .formatted(
                        houses.b.id().role(CallerClass.ANON),
                        ShardLogins.laneRole(houses.b.lanes().getFirst())));
        assertRefused("42501", houses.b, TwoHouses.track(houses.b, ANON, 7));
        assertRefused("42501", houses.b, TwoHouses.inTransaction(houses.b, ANON, "SELECT $1::text AS x", "7"));
        assertThat(read(houses.a)).hasSize(1);
    }

    /** Why grants go to a house's own roles: the same grants through a group give A's row to B. */
    @Test
    void aPreparedStatementLeaksThroughAGroupsGrantAndNotThroughOwnGrants() {
        var group = "group_" + houses.a.id();
        houses.execute("CREATE ROLE " + group + " NOLOGIN; GRANT " + group + " TO \""
                + houses.a.id().role(CallerClass.ANON) + "\", \""
                + houses.b.id().role(CallerClass.ANON) + "\"");
        var name = houses.a.schema().quoted() + ".track";
        var unguarded = new Read(
                new Statement("SELECT row_to_json(t) FROM " + name + " AS t WHERE id = $1::int4", List.of("7")),
                true,
                false);
        houses.rows(houses.a, ANON, unguarded);

        assertRefused("42501", houses.b, unguarded);

        houses.execute("GRANT SELECT ON " + name + " TO " + group);
        houses.rows(houses.a, ANON, unguarded);
        assertThat(houses.rows(houses.b, ANON, unguarded)).containsExactly("{\"id\":7,\"name\":\"CANARY-A-7\"}");
    }

    @Test
    void aPlanMadeStaleByAChangedColumnIsMadeAnew() {
        var table = houses.a.schema().quoted() + ".track";
        houses.execute("ALTER TABLE " + table + " ADD doc json NOT NULL DEFAULT '{\"v\":1}'");
        var read =
                new Read(new Statement("SELECT doc FROM " + table + " WHERE id = $1::int4", List.of("7")), true, false);
        assertThat(houses.rows(houses.a, ANON, read)).containsExactly("{\"v\":1}");
        houses.execute("ALTER TABLE " + table + " ALTER doc DROP DEFAULT, ALTER doc TYPE jsonb");
        assertThat(houses.rows(houses.a, ANON, read)).containsExactly("{\"v\": 1}");
        assertThat(read(houses.b)).hasSize(1);
    }

    @Test
    void policiesReadTheClaimsOfTheCallerAndOfNobodyBefore() {
        var from = "SELECT id FROM %s.note WHERE id < $1::int4 ORDER BY id";
        var ofA = from.formatted(houses.a.schema().quoted());
        var first = TwoHouses.user("user-1");
        var other = new Caller(CallerClass.AUTHENTICATED, "{\"sub\":\"it's \\\\ \\\"nobody\\\"\"}");
        assertThat(houses.rows(houses.a, first, TwoHouses.inTransaction(houses.a, first, ofA, "4")))
                .containsExactly("{\"id\":1}", "{\"id\":3}");
        assertThat(houses.rows(houses.a, other, TwoHouses.inTransaction(houses.a, other, ofA, "4")))
                .isEmpty();
        assertThat(houses.rows(houses.a, SERVICE, TwoHouses.plain(houses.a, SERVICE, ofA, "4")))
                .hasSize(3);
    }

    @Test
    void aRoleThatAFunctionTookForTheSessionServesNobodyElse() {
        var process = houses.transactionProcess(houses.a);
        houses.rows(houses.a, ANON, call("escalate"));
        var whoIs = "SELECT session_user AS login, current_user AS me WHERE $1::text = ''";
        assertThat(houses.rows(houses.a, ANON, TwoHouses.inTransaction(houses.a, ANON, whoIs, "")))
                .singleElement()
                .asString()
                .contains("\"me\":\"" + houses.a.id().role(CallerClass.ANON) + "\"");
        var nobody = new ArrayList<String>();
        houses.onTheConnection(
                Backend.Kind.TRANSACTIONS,
                backend -> backend.execute(new Statement("SELECT current_user::text", List.of()))
                        .concatMap(result -> result.map((row, _) -> row.get(0, String.class)))
                        .doOnNext(nobody::add)
                        .blockLast(TwoHouses.PATIENCE));
        assertThat(nobody)
                .containsExactly(
                        ShardLogins.laneRole(houses.a.lanes().getFirst()).value());
        assertThat(houses.transactionProcess(houses.a)).isEqualTo(process);
    }

    @Test
    void whatAFunctionLeavesOnTheSessionIsGoneForTheNext() {
        var process = houses.transactionProcess(houses.a);
        assertThat(houses.rows(houses.a, ANON, call("litter"))).containsExactly("{\"said\":\"CANARY-A\"}");
        var left = "SELECT current_setting('search_path') AS path, current_setting('my.leak', true) AS leak,"
                + " current_setting('statement_timeout') AS timeout,"
                + " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,"
                + " (SELECT count(*) FROM pg_cursors WHERE name = 'leak') AS cursors WHERE $1::text = ''";
        assertThat(houses.rows(houses.b, ANON, TwoHouses.inTransaction(houses.b, ANON, left, "")))
                .singleElement()
                .asString()
                .matches(
                        "\\{\"path\":\"pg_catalog, extensions\",\"leak\":(null|\"\"),\"timeout\":\"15s\",\"locks\":0,\"cursors\":0}");
        assertThat(houses.transactionProcess(houses.b)).isEqualTo(process);
    }

    @Test
    void aFunctionThatPreparesUnderTheDriversNamesAnswersNobodyElse() {
        var process = houses.transactionProcess(houses.b);
        var ofB = "SELECT name FROM " + houses.b.schema().quoted() + ".track WHERE id = $1::int4";
        for (var round = 0; round < 3; round++) {
            assertThat(houses.rows(houses.b, ANON, TwoHouses.inTransaction(houses.b, ANON, ofB, "7")))
                    .containsExactly("{\"name\":\"CANARY-B-7\"}");
            assertThat(read(houses.b)).containsExactly("{\"id\":7,\"name\":\"CANARY-B-7\"}");
            assertThat(houses.rows(houses.a, ANON, call("forge"))).containsExactly("{\"said\":\"CANARY-A\"}");
        }
        assertThat(houses.transactionProcess(houses.b)).isEqualTo(process);
    }

    private Read call(String function) {
        return TwoHouses.inTransaction(
                houses.a,
                ANON,
                "SELECT " + houses.a.schema().quoted() + "." + function + "() AS said WHERE $1::text = ''",
                "");
    }

    private List<String> read(House house) {
        return houses.rows(house, ANON, TwoHouses.track(house, ANON, 7));
    }

    private void assertRefused(String sqlState, House house, Read read) {
        assertThatThrownBy(() -> houses.rows(house, ANON, read))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo(sqlState));
    }
}
