package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.street.StreetClient;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application's process is killed while keyed writes stand at different points of their way: at the write itself, behind
 * it, and at the commit, which takes place although nobody hears of it. Repeated, each was written once.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KeyedWriteKillTest {

    private static final String CONTROL = "control";
    private static final String SHARD = "shard";
    private static final String SLUG = "ledger";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String BLUEPRINT = """
            CREATE TABLE account (id int PRIMARY KEY, locked boolean);
            INSERT INTO account VALUES (1, false), (2, false);
            CREATE TABLE entry (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                at_once int REFERENCES account,
                at_the_end int REFERENCES account DEFERRABLE INITIALLY DEFERRED
            );
            """;

    /** A write that is held up at one point. */
    private enum Point {
        AT_THE_WRITE("{\"at_once\": 1}"),
        BEHIND_THE_WRITE("{\"at_once\": null}"),
        AT_THE_COMMIT("{\"at_the_end\": 2}");

        private final String body;

        Point(String body) {
            this.body = body;
        }
    }

    private final PostgresServer server = PostgresServer.start();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void aKeyedWriteHappensOnceWhoeverDies(@TempDir Path folder) throws Exception {
        var log = folder.resolve("app.log").toFile();
        var control = server.createDatabase(CONTROL);
        server.createDatabase(SHARD);
        var settings = new HashMap<>(RunningApp.settings(control, server.superuser()));
        settings.put("rowhouse.warm-houses", 0);
        var key = killAtEveryPoint(settings, log);

        try (var next = MortalProcess.start(settings, log)) {
            for (var point : Point.values()) {
                var repeated = http.send(write(next, key, point), BodyHandlers.ofString());
                assertThat(repeated.statusCode()).as(point.name()).isEqualTo(201);
                assertThat(repeated.headers().firstValue("Idempotency-Replayed").isPresent())
                        .as(point.name())
                        .isEqualTo(point == Point.AT_THE_COMMIT);
                var again = http.send(write(next, key, point), BodyHandlers.ofString());
                assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
            }
        }
        assertThat(server.query(SHARD, "SELECT at_once || '' FROM " + schema() + ".entry WHERE at_once = 1"))
                .hasSize(1);
        assertThat(server.query(SHARD, "SELECT id || '' FROM " + schema() + ".entry"))
                .hasSize(Point.values().length);
    }

    private String killAtEveryPoint(Map<String, Object> settings, File log) throws Exception {
        try (var dying = MortalProcess.start(settings, log)) {
            var key = prepare(dying);
            try (var locking = DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + server.endpoint(SHARD).port() + "/" + SHARD,
                    server.superuser().user(),
                    server.superuser().password())) {
                locking.setAutoCommit(false);
                holdUp(locking);
                var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
                for (var point : Point.values()) {
                    answers.add(http.sendAsync(write(dying, key, point), BodyHandlers.ofString()));
                }
                awaitWaiting(Point.values().length);
                dying.kill();
                answers.forEach(answer -> assertThat(answer).failsWithin(PATIENCE));
                locking.rollback();
            }
            awaitWaiting(0);
            awaitNoSessions();
            return key;
        }
    }

    private void holdUp(Connection locking) throws SQLException {
        try (var statement = locking.createStatement()) {
            statement.execute("SELECT FROM " + schema() + ".account FOR UPDATE");
            // An answer that is about to be kept under the same key.
            statement.execute("INSERT INTO rowhouse.kept_answer (asking, key, request, status, headers) VALUES ('"
                    + schema() + "_s ', 'BEHIND_THE_WRITE', '', 0, '')");
        }
    }

    private String prepare(MortalProcess process) {
        var client = new StreetClient("http://127.0.0.1:" + process.port(), RunningApp.OPERATOR);
        client.register(SHARD, server.endpoint(SHARD), server.superuser(), 2, List.of());
        client.admin(
                        "PUT",
                        "/blueprints/ledger/versions/1",
                        List.of(Map.of("name", "a.sql", "text", BLUEPRINT)),
                        Map.of())
                .orFail("publishing");
        return client.admin(
                        "POST", "/tenants", Map.of("slug", SLUG, "blueprint", "ledger"), Map.of("Prefer", "wait=20"))
                .orFail("onboarding")
                .json()
                .get("keys")
                .get("secret")
                .stringValue();
    }

    private static HttpRequest write(MortalProcess to, String key, Point point) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + "/t/" + SLUG + "/rest/v1/entry"))
                .header("apikey", key)
                .header("Idempotency-Key", point.name())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(point.body))
                .build();
    }

    private String schema() {
        return "h_" + server.query(CONTROL, "SELECT house FROM tenant").getFirst();
    }

    private void awaitWaiting(int sessions) {
        var waiting = "SELECT count(*) || '' FROM pg_stat_activity WHERE usename ~ '^rowhouse_lane'"
                + " AND wait_event_type = 'Lock'";
        while (!server.query(SHARD, waiting).equals(List.of(Integer.toString(sessions)))) {
            Thread.onSpinWait();
        }
    }

    private void awaitNoSessions() {
        while (!server.query(SHARD, "SELECT usename FROM pg_stat_activity WHERE usename ~ '^rowhouse_lane'")
                .isEmpty()) {
            Thread.onSpinWait();
        }
    }
}
