package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.street.StreetClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The application's process is killed while it counts and while it rebuilds: nothing is counted twice, nothing is missing. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class RebuildKillTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CONTROL = "control_killed_rebuild";
    private static final String SHARD = "shard_killed_rebuild";
    private static final String TENANT = "acme";

    private final PostgresServer server = PostgresServer.start();
    private String key = "";
    private int rows;

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void whatWasKilledIsCountedAndRebuiltToItsEnd(@TempDir Path folder) {
        server.createDatabase(CONTROL);
        server.createDatabase(SHARD);
        var log = folder.resolve("app.log").toFile();
        try (var first = MortalProcess.start(settings(), log)) {
            begin(client(first));
            load(client(first), 2_000);
            first.kill();
        }
        try (var second = MortalProcess.start(settings(), log)) {
            await().atMost(SOON).until(() -> inserted(client(second)) == rows);
            second.arm("rebuild-projection.rebuild.working");
            client(second).admin("POST", "/projections/usage/rebuild", Map.of(), Map.of());
            second.awaitReached("rebuild-projection.rebuild.working");
            load(client(second), 500);
            second.kill();
        }
        try (var third = MortalProcess.start(settings(), log)) {
            assertThat(ended(client(third)).get("equal").booleanValue()).isTrue();
            await().atMost(SOON).until(() -> inserted(client(third)) == rows);
            third.arm("rebuild-projection.rebuild.worked");
            client(third).admin("POST", "/projections/usage/rebuild", Map.of(), Map.of());
            third.awaitReached("rebuild-projection.rebuild.worked");
            load(client(third), 500);
            third.kill();
        }
        try (var fourth = MortalProcess.start(settings(), log)) {
            assertThat(ended(client(fourth)).get("equal").booleanValue()).isTrue();
            await().atMost(SOON).until(() -> inserted(client(fourth)) == rows);
        }
        assertThat(server.query(CONTROL, "SELECT count(*) FROM inbox WHERE consumer ~ '^rebuild'"))
                .containsExactly("0");
    }

    private void begin(StreetClient client) {
        client.register("killed-rebuild", server.endpoint(SHARD), server.superuser(), 2, List.of());
        var sql = "CREATE TABLE item (id int PRIMARY KEY, name text);";
        client.admin("PUT", "/blueprints/shop/versions/1", List.of(Map.of("name", "a.sql", "text", sql)), Map.of())
                .orFail("publishing");
        await().atMost(SOON)
                .until(() -> !server.query(SHARD, "SELECT 1 FROM rowhouse.journal_reader")
                        .isEmpty());
        key = client.admin("POST", "/tenants", Map.of("slug", TENANT, "blueprint", "shop"), Map.of("Prefer", "wait=20"))
                .orFail("onboarding")
                .json()
                .get("keys")
                .get("secret")
                .stringValue();
    }

    private void load(StreetClient client, int count) {
        var lines = IntStream.range(rows, rows + count)
                .mapToObj(id -> "{\"id\": " + id + ", \"name\": \"n\"}\n")
                .collect(Collectors.joining());
        client.load(TENANT, "item", key, "application/x-ndjson", BodyPublishers.ofString(lines))
                .orFail("loading");
        rows += count;
    }

    private static long inserted(StreetClient client) {
        var items = client.adminGet("/usage?tenant=" + TENANT)
                .orFail("asking")
                .json()
                .get("items");
        var sum = 0L;
        for (var day : items) {
            sum += day.get("inserted").longValue();
        }
        return sum;
    }

    private static JsonNode ended(StreetClient client) {
        await().atMost(SOON)
                .until(() -> !last(client).get("state").stringValue().equals("running"));
        assertThat(last(client).get("state").stringValue()).isEqualTo("succeeded");
        return last(client).get("result");
    }

    private static JsonNode last(StreetClient client) {
        return client.adminGet("/operations?type=rebuild-projection&limit=1")
                .orFail("asking")
                .json()
                .get("items")
                .get(0);
    }

    private static StreetClient client(MortalProcess process) {
        return new StreetClient("http://127.0.0.1:" + process.port(), RunningApp.OPERATOR);
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<>(RunningApp.settings(server.endpoint(CONTROL), server.superuser()));
        settings.put("rowhouse.warm-houses", 0);
        settings.put("rowhouse.kafka.bootstrap-servers", KafkaServer.shared().bootstrapServer());
        settings.put("rowhouse.kafka.topic-prefix", "killed-rebuild.");
        settings.put("rowhouse.kafka.partitions", 3);
        return settings;
    }
}
