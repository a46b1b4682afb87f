package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What makes a server a shard, and what keeps it the same shard's. */
class ShardPreparationTest {

    @Test
    void aServerIsOneShardsAlone() {
        try (var shard = TestShard.prepared()) {
            var at = shard.definition.endpoint();
            var other = named("other", new PostgresEndpoint(at.host(), at.port(), "other"));

            assertThatThrownBy(() -> prepare(other))
                    .isInstanceOf(ShardError.Unfit.class)
                    .hasMessageContaining("shard other is unfit")
                    .hasMessageContaining("those of another shard or installation (expected: a server for each shard");
            assertThatThrownBy(() -> prepare(shard.definition, new ShardLogins("the secret of another installation")))
                    .as("the same name elsewhere")
                    .isInstanceOf(ShardError.Unfit.class);
            assertThat(reached(shard)).as("its logins are its own still").isEqualTo(1);

            assertThatCode(() -> prepare(named(shard.definition.name().value(), at)))
                    .as("the same shard anew")
                    .doesNotThrowAnyException();
            PostgresServer.shared().execute("ALTER ROLE rowhouse_registrar PASSWORD NULL");
            assertThatCode(() -> prepare(other)).as("what was let go").doesNotThrowAnyException();
        }
    }

    @Test
    void itsLoginsAreHashedAsOftenAsTheServerAsks() {
        var server = PostgresServer.shared();
        try (var shard = TestShard.prepared()) {
            server.execute("ALTER DATABASE " + shard.definition.endpoint().database() + " SET scram_iterations = 5000");

            prepare(shard.definition);

            assertThat(server.query("postgres", """
                            SELECT split_part(split_part(rolpassword, '$', 2), ':', 1) FROM pg_authid
                            WHERE rolname IN ('rowhouse_lane_1', 'rowhouse_registrar', 'rowhouse_provisioner_1')
                            """)).containsExactly("5000", "5000", "5000");
            assertThat(reached(shard)).isEqualTo(1);
        }
    }

    private static ShardDefinition named(String name, PostgresEndpoint at) {
        return new ShardDefinition(new ShardName(name), at, "test", 1, false, 4, Map.of());
    }

    private static void prepare(ShardDefinition definition) {
        prepare(definition, TestShard.LOGINS);
    }

    private static void prepare(ShardDefinition definition, ShardLogins logins) {
        new ShardPreparation(logins, ShardPreparation.LaneRoles.LOGINS)
                .prepare(definition, PostgresServer.shared().superuser(), List.of())
                .block(TestShard.PATIENCE);
    }

    private static int reached(TestShard shard) {
        try (var lane = shard.lane(1)) {
            return lane.query("SELECT 1", row -> row.getInt(1)).getFirst();
        }
    }
}
