package dev.rowhouse.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry.ShardChange;
import dev.rowhouse.tenancy.onboarding.InMemoryShards;
import dev.rowhouse.tenancy.onboarding.Installation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ShardRegistryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Actor ADA = new Actor("operator:ada");
    private static final ShardName EU = new ShardName("eu-1");

    private final Database database = Database.open(
            Installation.emptyControlDatabase(), PostgresServer.shared().superuser(), 2);
    private final InMemoryShards shards = new InMemoryShards();
    private final ShardRegistry registry = new ShardRegistry(database, shards);

    @BeforeEach
    void register() {
        registry.register(
                        InMemoryShards.shard("eu-1", "eu", 2),
                        PostgresServer.shared().superuser(),
                        List.of(),
                        ADA)
                .block(PATIENCE);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRegisteredShardIsOpenHereAndSoonElsewhere() {
        var elsewhere = new InMemoryShards();
        try (var background = new BackgroundWork()) {
            new ShardRegistry(database, elsewhere).start(background);
            Installation.eventually(Mono.fromSupplier(() -> elsewhere.open.containsKey(EU)), Boolean::booleanValue);
        }
        assertThat(shards.open).containsKey(EU);
        assertThat(registry.known())
                .containsExactlyElementsOf(registry.list().collectList().block(PATIENCE));
    }

    @Test
    void aChangeMergesAndIsTakenOver() {
        var labels = new HashMap<String, @Nullable String>(Map.of("tier", "gold"));
        registry.change(EU, new ShardChange(null, null, null, null, null, labels), ADA)
                .block(PATIENCE);
        labels.put("tier", null);
        labels.put("plans", "pro");
        registry.change(EU, new ShardChange("10.0.0.1", null, null, 0, true, labels), ADA)
                .block(PATIENCE);

        var changed = registry.find(EU).blockOptional(PATIENCE).orElseThrow();
        assertThat(changed.labels()).isEqualTo(Map.of("plans", "pro"));
        assertThat(changed.endpoint().host()).isEqualTo("10.0.0.1");
        assertThat(changed.region()).isEqualTo("eu");
        assertThat(changed.draining()).isTrue();
        assertThat(shards.open.get(EU)).isEqualTo(changed);
    }

    @Test
    void aShardIsForgottenOnlyWhileItDrainsAndWithoutTenants() {
        var elsewhere = new InMemoryShards();
        var other = new ShardRegistry(database, elsewhere);
        other.load().block(PATIENCE);

        assertThatThrownBy(() -> registry.forget(EU, ADA).block(PATIENCE))
                .isInstanceOf(DirectoryError.ShardInUse.class)
                .hasMessageContaining("takes tenants");
        drain();
        execute("INSERT INTO house (id, shard, blueprint, version, lanes, state, tenant)"
                + " VALUES ('h1', 'eu-1', 'music', 1, '{1}', 'taken', gen_random_uuid())");
        assertThatThrownBy(() -> registry.forget(EU, ADA).block(PATIENCE))
                .isInstanceOf(DirectoryError.ShardInUse.class)
                .hasMessageContaining("has 1 tenant");
        other.load().block(PATIENCE);
        assertThat(shards.open).containsKey(EU);
        assertThat(elsewhere.open).containsKey(EU);

        execute("DELETE FROM house");
        execute("INSERT INTO house (id, shard, blueprint, version, lanes, state)"
                + " VALUES ('h2', 'eu-1', 'music', 1, '{1}', 'ready')");
        assertThat(registry.forget(EU, ADA).blockOptional(PATIENCE)).isPresent();
        other.load().block(PATIENCE);

        assertThat(shards.open).isEmpty();
        assertThat(elsewhere.open).isEmpty();
        assertThat(other.known()).isEmpty();
        assertThat(registry.find(EU).blockOptional(PATIENCE)).isEmpty();
        assertThat(registry.forget(EU, ADA).blockOptional(PATIENCE)).isEmpty();
        assertThat(registry.list().collectList().block(PATIENCE)).isEmpty();
    }

    @Test
    void aForgottenShardComesBackByItsRegistration() {
        drain();
        registry.forget(EU, ADA).block(PATIENCE);

        register();
        registry.load().block(PATIENCE);

        assertThat(shards.open).containsKey(EU);
        assertThat(registry.find(EU).blockOptional(PATIENCE)).isPresent();
    }

    private void drain() {
        registry.change(EU, new ShardChange(null, null, null, null, true, null), ADA)
                .block(PATIENCE);
    }

    private void execute(String sql) {
        database.client().sql(sql).then().block(PATIENCE);
    }

    @Test
    void itsStatisticsSayWhetherItAnswers() {
        var answering = registry.statistics(EU).blockOptional(PATIENCE).orElseThrow();
        shards.down.add(EU);
        var down = registry.statistics(EU).blockOptional(PATIENCE).orElseThrow();

        assertThat(answering).isEqualTo(new ShardRegistry.ShardStatistics(true, 0, 0, 3, 1, 0));
        assertThat(down.reachable()).isFalse();
        assertThat(registry.statistics(new ShardName("mars")).blockOptional(PATIENCE))
                .isEmpty();
    }
}
