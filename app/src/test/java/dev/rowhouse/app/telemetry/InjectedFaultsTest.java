package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaProcess;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.RedisServer;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Residents;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;

/**
 * Faults of real servers raise the alerts that are meant for them, and their end clears them: what the process tells before,
 * during and after a fault is laid out over the hours that the rules speak of, for Prometheus' own tool to judge.
 *
 * <p>Takes two minutes, so {@code -Drowhouse.faults=injected} asks for it.
 */
@EnabledIfSystemProperty(named = "rowhouse.faults", matches = "injected")
@Timeout(600)
class InjectedFaultsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(2);

    // Shards are looked at every five seconds.
    private static final Duration TWO_LOOKS = Duration.ofSeconds(6);

    private static final String BLUEPRINT = """
            CREATE TABLE item (id int PRIMARY KEY, name text);
            CREATE TABLE kept (id int PRIMARY KEY, name text);
            COMMENT ON TABLE kept IS '@cache events';
            CREATE FUNCTION nap(seconds float8) RETURNS float8 LANGUAGE plpgsql STABLE
              AS 'BEGIN PERFORM pg_sleep(seconds); RETURN seconds; END';
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final PostgresServer control = PostgresServer.start();
    private final PostgresServer shard = PostgresServer.start();
    private RunningApp app;
    private TestTenant tenant;
    private Incidents incidents;

    @AfterEach
    void stop() {
        control.close();
        shard.close();
        http.close();
    }

    @Test
    void everyFaultRaisesItsAlertAndItsEndClearsIt(@TempDir Path folder) throws Exception {
        if (!Promtool.isThere()) {
            return;
        }
        var plans = Files.writeString(folder.resolve("plans.yaml"), "");
        try (var redis = RedisServer.keeping(Files.createDirectories(folder.resolve("redis")), FreePort.any());
                var kafka = KafkaProcess.start(folder.resolve("kafka"));
                var running = RunningApp.over(
                        control.createDatabase("control"), control.superuser(), settings(redis, kafka, plans))) {
            app = running;
            app.register("alarmed", shard.createDatabase("alarmed"), shard.superuser(), 1);
            publish();
            tenant = app.tenant(Map.of("blueprint", "alarmed"));
            await().atMost(PATIENCE).until(() -> status("kept?id=eq.1") == 200);
            incidents = new Incidents(List.of(app), this::traffic, this::serves, InjectedFaultsTest::isWell);

            refusedConfiguration(plans);
            slowReads();
            lanesInUse();
            openTransaction();
            poisonedRedis(redis);
            incidents.happen(
                    List.of("RowhouseRedisAway"),
                    SHORT,
                    redis::pause,
                    during -> during.sum("rowhouse_cache_total", "redis_failure") > 0,
                    redis::goOn);
            incidents.happen(
                    List.of("RowhouseRedisAway"),
                    SHORT,
                    redis::kill,
                    during -> during.sum("rowhouse_cache_total", "redis_failure") > 0,
                    redis::startAgain);
            incidents.happen(
                    List.of("RowhouseRelayLate", "RowhouseJournalBacklogLarge"),
                    TWO_LOOKS,
                    () -> {
                        kafka.kill();
                        write(1);
                    },
                    during -> during.sum("rowhouse_relay_lag_seconds", "") > 1,
                    kafka::start);
            incidents.happen(
                    List.of("RowhouseControlDatabaseAway"),
                    SHORT,
                    control::kill,
                    during -> during.sum("rowhouse_control_up", "") == 0,
                    control::startAgain);
            incidents.happen(
                    List.of("RowhouseShardAway", "RowhouseErrorBudgetBurnsFast", "RowhouseErrorBudgetBurns"),
                    SHORT,
                    shard::kill,
                    during -> during.sum("rowhouse_shard_up", "alarmed") == 0,
                    shard::startAgain);
            incidents.happenUnmeasured("RowhouseNotMeasured");
        }
        incidents.judge(folder);
    }

    private void refusedConfiguration(Path plans) {
        incidents.happen(
                List.of("RowhouseConfigurationRefused"),
                SHORT,
                () -> write(plans, "rowhouse: {plans: {gold: {requests-per-second: none}}}"),
                during -> during.sum("rowhouse_configuration_refused", "plans") == 1,
                () -> write(plans, ""));
    }

    // Whoever locks the table for a while makes all who read it slow.
    private void slowReads() throws SQLException {
        var schema = schema();
        try (var session = session()) {
            session.setAutoCommit(false);
            incidents.happen(
                    List.of("RowhouseLatencyBudgetBurnsFast", "RowhouseLatencyBudgetBurns"),
                    SHORT,
                    () -> {},
                    during -> {
                        try {
                            session.createStatement().execute("LOCK " + schema + ".item");
                            var slow = request("item?limit=1");
                            Thread.sleep(400);
                            session.commit();
                            return slow.join() == 200;
                        } catch (SQLException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    () -> {});
        }
    }

    private void lanesInUse() {
        incidents.happen(
                List.of("RowhouseLanesExhausted", "RowhouseShardOverloaded"),
                SHORT,
                () -> {},
                during -> {
                    IntStream.range(0, 12)
                            .mapToObj(_ -> request("rpc/nap?seconds=1"))
                            .toList()
                            .forEach(CompletableFuture::join);
                    return during.sum("rowhouse_lane_refusals_total", "") > 0
                            && during.sum("rowhouse_shard_shed_total", "") > 0;
                },
                () -> {});
    }

    private void openTransaction() throws SQLException {
        var schema = schema();
        try (var session = session()) {
            session.setAutoCommit(false);
            incidents.happen(
                    List.of("RowhouseHorizonHeldBack"),
                    TWO_LOOKS,
                    () -> execute(session, "INSERT INTO " + schema + ".item VALUES (77, 'open')"),
                    during -> during.sum("rowhouse_journal_horizon_age_seconds", "alarmed") > 1,
                    () -> execute(session, "ROLLBACK"));
        }
    }

    private void poisonedRedis(RedisServer redis) {
        incidents.happen(
                List.of("RowhouseCacheMismatch"),
                SHORT,
                () -> {
                    try (var client = RedisClient.create("redis://127.0.0.1:" + redis.port());
                            var raw = client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE))) {
                        var commands = raw.sync();
                        for (int id = 100; id < 140; id++) {
                            assertThat(status("kept?id=eq." + id)).isEqualTo(200);
                        }
                        await().atMost(PATIENCE)
                                .until(() -> commands.keys("rowhouse:cache:*").size() > 1);
                        var keys = commands.keys("rowhouse:cache:*");
                        var poison = Objects.requireNonNull(commands.get(keys.getFirst()));
                        keys.forEach(key -> commands.set(key, poison));
                    }
                },
                during -> {
                    for (int id = 100; id < 140; id++) {
                        status("kept?id=eq." + id);
                    }
                    return during.sum("rowhouse_cache_total", "mismatch") > 0;
                },
                () -> {});
    }

    private static boolean isWell(Scrape now) {
        return now.sum("rowhouse_control_up", "") == 1
                && now.sum("rowhouse_shard_up", "alarmed") == 1
                && now.sum("rowhouse_relay_lag_entries", "alarmed") == 0
                && now.sum("rowhouse_journal_horizon_age_seconds", "alarmed") < 5
                && now.sum("rowhouse_configuration_refused", "") == 0;
    }

    private boolean serves() {
        return status("item?limit=1") == 200 && status("kept?id=eq.1") == 200;
    }

    private void traffic() {
        status("item?limit=1");
        status("kept?id=eq." + System.nanoTime() % 1_000_000);
    }

    private int status(String relation) {
        return request(relation).join();
    }

    private CompletableFuture<Integer> request(String relation) {
        return http.sendAsync(to(relation).GET().build(), BodyHandlers.discarding())
                .thenApply(answer -> answer.statusCode())
                .exceptionally(_ -> 0);
    }

    private void write(int id) {
        var request = to("item")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"id\": " + id + ", \"name\": \"late\"}"));
        assertThat(http.sendAsync(request.build(), BodyHandlers.discarding())
                        .join()
                        .statusCode())
                .isEqualTo(201);
    }

    private HttpRequest.Builder to(String relation) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + tenant.path(relation)))
                .timeout(PATIENCE)
                .header("apikey", tenant.secret());
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static void execute(Connection session, String sql) {
        try {
            session.createStatement().execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection session() throws SQLException {
        var at = shard.endpoint("alarmed");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + at.host() + ":" + at.port() + "/alarmed",
                shard.superuser().user(),
                shard.superuser().password());
    }

    private String schema() {
        var resident = app.bean(Residents.class).find(new Slug(tenant.slug())).block(PATIENCE);
        return Objects.requireNonNull(Objects.requireNonNull(resident).tenant().house())
                .schema()
                .value();
    }

    private void publish() {
        app.operator()
                .put()
                .uri("/admin/v1/blueprints/alarmed/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "alarmed.sql", "text", BLUEPRINT)))
                .exchange()
                .expectStatus()
                .isCreated();
    }

    private static Map<String, Object> settings(RedisServer redis, KafkaProcess kafka, Path plans) {
        var settings = new HashMap<String, Object>();
        settings.put("management.server.port", 0);
        settings.put("rowhouse.redis.uri", "redis://127.0.0.1:" + redis.port());
        settings.put("rowhouse.kafka.bootstrap-servers", kafka.bootstrapServer());
        settings.put("rowhouse.relay.refuse-after", "20m");
        settings.put("rowhouse.plans-file", plans.toString());
        settings.put("rowhouse.lanes.connections", 1);
        settings.put("rowhouse.lanes.acquire-timeout", "500ms");
        settings.put("rowhouse.limits.shard.least-at-work", 8);
        settings.put("rowhouse.limits.shard.initially-at-work", 8);
        settings.put("rowhouse.limits.shard.most-at-work", 8);
        settings.put("rowhouse.warm-houses", 1);
        // So little that most has to come from Redis.
        settings.put("rowhouse.cache.size-per-tenant", "2KB");
        settings.put("rowhouse.cache.largest", "2KB");
        return settings;
    }
}
