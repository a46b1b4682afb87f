package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.RoleName;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a session of one house can do to the kept answers of another, or of another caller. */
class AnswerKeepingTest {

    private static final String CLAIM = "SELECT state || ' ' || coalesce(request, '') FROM rowhouse.claim_answer('k')";

    private static TestShard shard;
    private static House a;
    private static House b;

    @BeforeAll
    static void build() {
        shard = TestShard.prepared();
        a = shard.build("CREATE TABLE note (id int PRIMARY KEY)");
        b = shard.build("CREATE TABLE note (id int PRIMARY KEY)");
        try (var session = as(b.id().role(CallerClass.SERVICE), "")) {
            session.execute("SELECT rowhouse.keep_answer('k', 'of b', 201, '{}', NULL)");
        }
        try (var session = as(b.id().role(CallerClass.AUTHENTICATED), "{\"sub\": \"ann\"}")) {
            session.execute("SELECT rowhouse.keep_answer('k', 'of ann', 201, '{}', NULL)");
        }
    }

    @AfterAll
    static void close() {
        shard.close();
    }

    @Test
    void anAnswerIsFoundByWhoKeptItAlone() {
        assertThat(claimed(b.id().role(CallerClass.SERVICE), "")).containsExactly("kept of b");
        assertThat(claimed(b.id().role(CallerClass.AUTHENTICATED), "{\"sub\": \"ann\"}"))
                .containsExactly("kept of ann");
        assertThat(claimed(b.id().role(CallerClass.AUTHENTICATED), "{\"sub\": \"bob\"}"))
                .isEmpty();
        assertThat(claimed(b.id().role(CallerClass.ANON), "")).isEmpty();
        for (var caller : CallerClass.values()) {
            assertThat(claimed(a.id().role(caller), "")).isEmpty();
        }
    }

    @Test
    void whoIsNoCallerOfAHouseHasNoAnswers() {
        try (var lane = shard.lane(1)) {
            assertThatThrownBy(() -> lane.query(CLAIM, row -> row.getString(1)))
                    .isInstanceOf(PostgresFailure.class)
                    .hasMessageContaining("no caller of a house");
        }
    }

    @Test
    void nobodyReachesTheTableItself() {
        for (var role : List.of(b.id().role(CallerClass.SERVICE), a.id().role(CallerClass.SERVICE))) {
            try (var session = as(role, "")) {
                for (var sql : List.of(
                        "SELECT 1 FROM rowhouse.kept_answer",
                        "DELETE FROM rowhouse.kept_answer",
                        "INSERT INTO rowhouse.kept_answer VALUES ('x', 'k', 'r', 200, '{}', NULL)",
                        "SELECT rowhouse.asking()",
                        "CREATE TABLE rowhouse.mine ()",
                        "SET ROLE rowhouse_keeper")) {
                    assertThatThrownBy(() -> session.execute(sql))
                            .as(sql)
                            .isInstanceOf(PostgresFailure.class)
                            .hasMessageStartingWith("42501");
                }
            }
        }
    }

    @Test
    void preparingTheShardAgainKeepsWhatIsKept() {
        shard.prepare();

        assertThat(claimed(b.id().role(CallerClass.SERVICE), "")).containsExactly("kept of b");
    }

    private static List<String> claimed(RoleName role, String claims) {
        try (var session = as(role, claims)) {
            return session.query(CLAIM, row -> row.getString(1));
        }
    }

    private static AdministrativeSession as(RoleName role, String claims) {
        var session = shard.lane(1);
        session.execute("SET ROLE " + role.quoted());
        session.execute("SET \"request.jwt.claims\" = '" + claims + "'");
        return session;
    }
}
