package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What callers may in a finished house, as PostgreSQL sees it: what the blueprint said, and nothing by default. */
class RightsTest {

    private static final String BLUEPRINT = """
            CREATE TABLE note (id int PRIMARY KEY, body text);
            ALTER TABLE note ENABLE ROW LEVEL SECURITY;
            CREATE POLICY odd ON note TO anon USING (id % 2 = 1);
            CREATE VIEW notes AS SELECT * FROM note;
            CREATE VIEW all_notes WITH (security_invoker = false) AS SELECT * FROM note;
            GRANT SELECT ON note, notes, all_notes TO anon;
            CREATE FUNCTION unsaid() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION make() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
              CREATE FUNCTION later() RETURNS int LANGUAGE sql AS 'SELECT 1';
              CREATE TYPE later_mood AS ENUM ('sad');
            END $$;
            CREATE TABLE settled (id int PRIMARY KEY);
            CREATE FUNCTION grant_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              GRANT SELECT ON settled TO anon;
              RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON settled DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION grant_late();
            INSERT INTO settled VALUES (1);
            """;

    private static TestShard shard;
    private static House house;

    @BeforeAll
    static void build() {
        shard = TestShard.prepared();
        house = shard.build(BLUEPRINT);
        try (var service = as(CallerClass.SERVICE)) {
            service.execute("INSERT INTO " + named("note") + " VALUES (1, 'one'), (2, 'two')");
        }
    }

    @AfterAll
    static void close() {
        shard.close();
    }

    @Test
    void aFunctionGivenToNobodyIsForTheServiceOnly() {
        try (var anon = as(CallerClass.ANON);
                var service = as(CallerClass.SERVICE)) {
            assertRefused(anon, "SELECT " + named("unsaid()"));
            assertThat(texts(service, "SELECT " + named("unsaid()"))).containsExactly("1");
        }
    }

    @Test
    void aViewShowsWhatItsReaderMaySeeUnlessTheBlueprintSaysOtherwise() {
        try (var anon = as(CallerClass.ANON)) {
            assertThat(texts(anon, "SELECT body FROM " + named("notes"))).containsExactly("one");
            assertThat(texts(anon, "SELECT body FROM " + named("all_notes"))).containsExactly("one", "two");
        }
    }

    @Test
    void whatIsMadeAtRunTimeIsOpenToNobody() {
        try (var anon = as(CallerClass.ANON);
                var service = as(CallerClass.SERVICE)) {
            service.execute("SELECT " + named("make()"));
            assertRefused(anon, "SELECT " + named("later()"));
            assertThat(texts(anon, "SELECT has_type_privilege('" + named("later_mood") + "', 'USAGE')"))
                    .containsExactly("f");
        }
    }

    @Test
    void whatWaitsForTheCommitIsSettledToo() {
        try (var anon = as(CallerClass.ANON)) {
            assertThat(texts(anon, "SELECT has_table_privilege('anon', '" + named("settled") + "', 'SELECT')"))
                    .containsExactly("f");
            assertThat(texts(anon, "SELECT id FROM " + named("settled"))).containsExactly("1");
        }
    }

    private static String named(String object) {
        return house.schema().quoted() + "." + object;
    }

    private static AdministrativeSession as(CallerClass caller) {
        var lane = shard.lane(1);
        lane.execute("SET ROLE " + house.id().role(caller).quoted());
        return lane;
    }

    private static List<String> texts(AdministrativeSession session, String sql) {
        return session.query(sql, row -> row.getString(1));
    }

    private static void assertRefused(AdministrativeSession session, String sql) {
        assertThatThrownBy(() -> session.execute(sql)).hasMessageStartingWith("42501");
    }
}
