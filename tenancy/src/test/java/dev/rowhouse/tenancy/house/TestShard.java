package dev.rowhouse.tenancy.house;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A prepared shard on the JVM's server, in a database of its own. */
public final class TestShard implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(60);
    public static final ShardLogins LOGINS = new ShardLogins("a secret of the tests, long enough to be taken");

    public final ShardDefinition definition;
    public final HouseBuilder builder = new HouseBuilder(LOGINS);

    private final PostgresServer server;

    private TestShard(PostgresServer server, ShardDefinition definition) {
        this.server = server;
        this.definition = definition;
    }

    public static TestShard prepared() {
        return prepared(PostgresServer.shared());
    }

    public static TestShard prepared(PostgresServer server) {
        var name = "s" + HouseId.random();
        var endpoint =
                new PostgresEndpoint("127.0.0.1", server.endpoint("postgres").port(), name);
        var definition = new ShardDefinition(new ShardName(name), endpoint, "test", 1, false, 4, Map.of());
        var shard = new TestShard(server, definition);
        shard.takeServer();
        shard.prepare();
        shard.builder.open(definition);
        return shard;
    }

    private void takeServer() {
        // One server for all tests of this process, each of which takes it from the one before.
        server.execute("postgres", """
                DO $$ BEGIN
                  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rowhouse_registrar') THEN
                    ALTER ROLE rowhouse_registrar PASSWORD NULL;
                  END IF;
                END $$""");
    }

    void prepare() {
        new ShardPreparation(LOGINS, ShardPreparation.LaneRoles.LOGINS)
                .prepare(definition, server.superuser(), List.of("pgcrypto"))
                .block(PATIENCE);
    }

    House house() {
        return new House(HouseId.random(), definition.name(), List.of(1, 2), new BlueprintVersion("test", 1));
    }

    public House build(String sql) {
        var house = house();
        build(house, sql);
        return house;
    }

    void build(House house, String sql) {
        builder.build(List.of(house), new BlueprintScript(List.of(new SqlFile("test.sql", sql))))
                .blockLast(PATIENCE);
    }

    AdministrativeSession as(PostgresLogin login) {
        return AdministrativeSession.open(definition.endpoint(), login);
    }

    public AdministrativeSession superuser() {
        return as(server.superuser());
    }

    AdministrativeSession lane(int lane) {
        return as(LOGINS.lane(definition.name(), lane));
    }

    @Override
    public void close() {
        builder.close();
    }
}
