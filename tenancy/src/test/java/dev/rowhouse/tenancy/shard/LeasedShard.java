package dev.rowhouse.tenancy.shard;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.platform.secrets.LoginLeases;
import dev.rowhouse.platform.secrets.VaultAuthentication;
import dev.rowhouse.platform.secrets.VaultDatabase;
import dev.rowhouse.platform.secrets.VaultServer;
import dev.rowhouse.platform.secrets.VaultSettings;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.house.BlueprintScript;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import dev.rowhouse.tenancy.house.HouseBuilder;
import dev.rowhouse.tenancy.house.ShardPreparation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.netty.resources.LoopResources;

/**
 * A shard whose lanes log in by what the stand-in of Vault issues, set up with the statements that are shipped. On a server
 * of its own: roles belong to the whole server, and lanes that cannot log in are not what other tests expect.
 */
final class LeasedShard implements AutoCloseable {

    static final int LANES = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ISSUER_PASSWORD = "CANARY-issuer";
    private static final ShardLogins LOGINS = new ShardLogins("a secret that is only used in these tests");

    final PostgresServer server = PostgresServer.start();
    final VaultStandIn standIn = VaultStandIn.start();
    final VaultOperator operator = new VaultOperator(standIn.address(), standIn.rootToken());
    final ShardDefinition definition =
            new ShardDefinition(new ShardName("leased"), server.endpoint("leased"), "test", 1, false, LANES, Map.of());
    final VaultServer vault =
            new VaultServer(VaultSettings.of(standIn.address(), new VaultAuthentication.Token(standIn.rootToken())));
    final VaultDatabase issued = vault.database("database");
    final LoginLeases leases = new LoginLeases(issued);
    final Shards shards;
    final TenantDatabase database;
    private final HouseBuilder builder = new HouseBuilder(LOGINS);

    LeasedShard(String ttl, Map<Integer, String> longestLives) {
        prepare();
        server.execute("ALTER ROLE rowhouse_vault LOGIN PASSWORD '" + ISSUER_PASSWORD + "'");
        var at = definition.endpoint();
        operator.write(
                "database/config/leased",
                Map.of(
                        "plugin_name", "postgresql-database-plugin",
                        "allowed_roles", "*",
                        "connection_url",
                                "postgresql://{{username}}:{{password}}@" + at.host() + ":" + at.port() + "/leased",
                        "username", "rowhouse_vault",
                        "password", ISSUER_PASSWORD));
        for (var lane = 1; lane <= LANES; lane++) {
            role(lane, ttl, longestLives.getOrDefault(lane, "1h"));
        }
        builder.open(definition);
        leases.start();
        shards = new Shards(
                LaneLogins.leased(leases),
                TwoHouses.settings(4, 600, Duration.ofSeconds(10)),
                LoopResources.create("leased", 1, 2, true));
        shards.open(definition);
        database = new TenantDatabase(shards);
    }

    void prepare() {
        new ShardPreparation(LOGINS, ShardPreparation.LaneRoles.GROUPS)
                .prepare(definition, server.superuser(), List.of())
                .block(PATIENCE);
    }

    String role(int lane) {
        return "leased-lane-" + lane;
    }

    /** Builds a house that is on one lane alone; its table has one row. */
    House house(int lane) {
        var house = new House(HouseId.random(), definition.name(), List.of(lane), new BlueprintVersion("test", 1));
        var script = "CREATE TABLE item (id int PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'CANARY-" + lane
                + "'); GRANT SELECT ON item TO anon";
        builder.build(List.of(house), new BlueprintScript(List.of(new SqlFile("test.sql", script))))
                .blockLast(PATIENCE);
        return house;
    }

    AdministrativeSession as(PostgresLogin login) {
        return AdministrativeSession.open(definition.endpoint(), login);
    }

    PostgresLogin derived(int lane) {
        return LOGINS.lane(definition.name(), lane);
    }

    PostgresLogin issuer() {
        return new PostgresLogin("rowhouse_vault", ISSUER_PASSWORD);
    }

    private void role(int lane, String ttl, String longest) {
        operator.write(
                "database/roles/" + role(lane),
                Map.of(
                        "db_name",
                        "leased",
                        "default_ttl",
                        ttl,
                        "max_ttl",
                        longest,
                        "creation_statements",
                        List.of(statements("lane-create.sql", lane)),
                        "revocation_statements",
                        List.of(statements("lane-revoke.sql", lane))));
    }

    private String statements(String file, int lane) {
        try {
            return Files.readString(Path.of("..", "k8s", "vault", file))
                    .replace("@LANE@", Integer.toString(lane))
                    .replace("@DATABASE@", definition.endpoint().database());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shards.close();
        builder.close();
        leases.close();
        vault.close();
        operator.close();
        standIn.close();
        server.close();
    }
}
