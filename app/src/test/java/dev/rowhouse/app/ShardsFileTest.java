package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.Mockito;

/** Shards that a file names come into use without a restart. */
class ShardsFileTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SHARDS = "rowhouse: {shards: {%s}}";

    @TempDir
    private Path folder;

    @Test
    void aShardThatIsAddedToTheFileGetsTheNextTenant() throws IOException {
        try (var first = PostgresServer.start();
                var second = PostgresServer.start()) {
            var near = shard("near", first, 1);
            var file = Files.writeString(folder.resolve("shards.yaml"), SHARDS.formatted(near));
            try (var app = RunningApp.over(
                    first.createDatabase("control"),
                    first.superuser(),
                    Map.of("rowhouse.shards-file", file.toString()))) {
                await().atMost(SOON).until(() -> shard(app, "near") != null);
                app.publishShop();
                app.tenant();
                assertThat(first.query("control", "SELECT DISTINCT shard FROM tenant"))
                        .containsExactly("near");

                var far = shard("far", second, 1);
                Files.writeString(file, SHARDS.formatted(shardOf(near, 0) + ", " + far));
                await().atMost(SOON)
                        .until(() ->
                                shard(app, "far") != null && shard(app, "near").weight() == 0);
                var tenant = app.tenant();
                assertThat(first.query("control", "SELECT shard FROM tenant WHERE slug = '" + tenant.slug() + "'"))
                        .containsExactly("far");
                assertThat(app.bean(ShardRegistry.class).known()).hasSize(2);

                Files.writeString(file, SHARDS.formatted(shardOf(near, 20_000)));
                await().atMost(SOON).until(() -> refused(app) == 1);
                assertThat(shard(app, "near").weight()).isZero();
                Files.writeString(file, SHARDS.formatted(shardOf(near, 7)));
                await().atMost(SOON).until(() -> shard(app, "near").weight() == 7 && refused(app) == 0);
                assertThat(shard(app, "far")).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a: {password-file: p}                                     | rowhouse.shards.a.host: missing
            a: {host: h}                                              | rowhouse.shards.a.password-file: missing
            a: {host: h, password-file: p, port: 0}                   | rowhouse.shards.a.port: 0 (expected: 1 to 65535)
            a: {host: h, password-file: p, weight: -1}                | rowhouse.shards.a.weight: -1 (expected: 0 to 10000)
            a: {host: h, password-file: p, lanes: 65}                 | rowhouse.shards.a.lanes: 65 (expected: 1 to 64)
            a: {host: h, password-file: p, lane: 2}                   | rowhouse.shards.a.lane is not known
            a: {host: h, password-file: p, port: many}                | rowhouse.shards.a.port: 'many'
            a: {host: h, password-file: p}, b: {host: h, password-file: p} | rowhouse.shards.b.host: another shard has the same
            """)
    void aWrongFileFailsTheStartByName(String shards, String why) throws IOException {
        var file = Files.writeString(folder.resolve("wrong.yaml"), SHARDS.formatted(shards));
        assertThatThrownBy(() -> new ShardsFile(file, Mockito.mock(ShardRegistry.class)).read())
                .hasMessageContaining(why);
    }

    private String shard(String name, PostgresServer server, int weight) throws IOException {
        var endpoint = server.createDatabase("shard_" + name);
        var password =
                Files.writeString(folder.resolve(name), server.superuser().password() + "\n");
        return "%s: {host: %s, port: %d, database: %s, lanes: 2, extensions: [citext], password-file: %s, weight: %d}"
                .formatted(name, endpoint.host(), endpoint.port(), endpoint.database(), password, weight);
    }

    private static String shardOf(String line, int weight) {
        return line.replaceAll("weight: \\d+", "weight: " + weight);
    }

    private static ShardDefinition shard(RunningApp app, String name) {
        return app.bean(ShardRegistry.class).find(new ShardName(name)).block(SOON);
    }

    private static double refused(RunningApp app) {
        return app.bean(MeterRegistry.class)
                .get("rowhouse.configuration.refused")
                .tag("file", "shards")
                .gauge()
                .value();
    }
}
