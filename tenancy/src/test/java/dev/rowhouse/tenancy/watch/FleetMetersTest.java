package dev.rowhouse.tenancy.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.ShardRegistry.ShardChange;
import dev.rowhouse.tenancy.onboarding.InMemoryShards;
import dev.rowhouse.tenancy.onboarding.Installation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetMetersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Actor ADA = new Actor("operator:ada");
    private static final int WARM = 5;

    private final Database database = Database.open(
            Installation.emptyControlDatabase(), PostgresServer.shared().superuser(), 2);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aPoolThatWasEmptyFromTheStartIsToldToBe() {
        var registry = new ShardRegistry(database, new InMemoryShards());
        var shard = InMemoryShards.shard("eu-1", "eu", 1);
        registry.register(shard, PostgresServer.shared().superuser(), List.of(), ADA)
                .block(PATIENCE);
        var fleet = new FleetMeters(database, meters, WARM);

        fleet.look().block(PATIENCE);
        assertThat(ready()).isZero();
        assertThat(wanted()).isZero();

        publish("shop", 1);
        publish("shop", 2);
        publish("office", 1);
        fleet.look().block(PATIENCE);
        assertThat(ready()).isZero();
        assertThat(wanted()).isEqualTo(2 * WARM);

        registry.change(shard.name(), new ShardChange(null, null, null, null, true, null), ADA)
                .block(PATIENCE);
        fleet.look().block(PATIENCE);
        assertThat(wanted()).isZero();
    }

    private double ready() {
        return meters.get("rowhouse.warm.houses")
                .tags("shard", "eu-1", "state", "ready")
                .gauge()
                .value();
    }

    private double wanted() {
        return meters.get("rowhouse.warm.houses.wanted")
                .tag("shard", "eu-1")
                .gauge()
                .value();
    }

    private void publish(String blueprint, int version) {
        database.client()
                .sql("""
                        INSERT INTO blueprint_version (blueprint, version, files, checksum, catalog, relations, routines, warnings,
                                                       published_by)
                        VALUES (:blueprint, :version, '[]', '', '{}', 0, 0, '[]', 'ada')""")
                .bind("blueprint", blueprint)
                .bind("version", version)
                .then()
                .block(PATIENCE);
    }
}
