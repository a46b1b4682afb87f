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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The application's process is killed while a tenant's field is half added, and again while it is half dropped: the request
 * repeated finishes the one, the sweep of the next process the other.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FieldKillTest {

    private static final String CONTROL = "control";
    private static final String SHARD = "shard";
    private static final String ADDED = "field.add.altered";
    private static final String HIDDEN = "field.drop.hidden";
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final PostgresServer server = PostgresServer.start();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void halfAFieldIsFinishedWhoeverDies(@TempDir Path folder) throws Exception {
        var log = folder.resolve("app.log").toFile();
        var control = server.createDatabase(CONTROL);
        server.createDatabase(SHARD);
        var settings = new HashMap<>(RunningApp.settings(control, server.superuser()));
        settings.put("rowhouse.warm-houses", 0);

        var key = killAt(ADDED, settings, log, null);
        assertThat(columns()).contains("x_size");
        assertThat(states()).containsExactly("adding");

        assertThat(killAt(HIDDEN, settings, log, key)).isEqualTo(key);
        assertThat(columns()).contains("x_size");
        assertThat(states()).containsExactly("dropping");

        try (var next = MortalProcess.start(settings, log)) {
            letTheLeaseRunOut();
            eventually(() -> {
                assertThat(states()).isEmpty();
                assertThat(columns()).doesNotContain("x_size");
            });
            assertThat(send(next, "GET", "/rest/v1/item", key)).isEqualTo(200);
        }
    }

    // Of the second process the request is first the one that the first process died of.
    private String killAt(String failpoint, Map<String, Object> settings, File log, String known) throws Exception {
        try (var dying = MortalProcess.start(settings, log)) {
            var key = known == null ? prepare(dying) : known;
            if (known != null) {
                letTheLeaseRunOut();
                // Whoever took the operation over may have finished it before.
                assertThat(send(dying, "POST", "/fields/v1", key)).isIn(200, 201);
                assertThat(send(dying, "GET", "/rest/v1/item?x_size=eq.7", key)).isEqualTo(200);
            }
            dying.arm(failpoint);
            var answer = known == null
                    ? http.sendAsync(request(dying, "POST", "/fields/v1", key), BodyHandlers.ofString())
                    : http.sendAsync(request(dying, "DELETE", "/fields/v1/item/size", key), BodyHandlers.ofString());
            dying.awaitReached(failpoint);
            dying.kill();
            assertThat(answer).failsWithin(PATIENCE);
            return key;
        }
    }

    private String prepare(MortalProcess process) {
        var client = new StreetClient("http://127.0.0.1:" + process.port(), RunningApp.OPERATOR);
        client.register(SHARD, server.endpoint(SHARD), server.superuser(), 2, List.of());
        var sql = "CREATE TABLE item (id int PRIMARY KEY); COMMENT ON TABLE item IS '@extensible';";
        client.admin("PUT", "/blueprints/shop/versions/1", List.of(Map.of("name", "a.sql", "text", sql)), Map.of())
                .orFail("publishing");
        return client.admin(
                        "POST", "/tenants", Map.of("slug", "shop", "blueprint", "shop"), Map.of("Prefer", "wait=20"))
                .orFail("onboarding")
                .json()
                .get("keys")
                .get("secret")
                .stringValue();
    }

    private int send(MortalProcess to, String method, String path, String key) throws Exception {
        return http.send(request(to, method, path, key), BodyHandlers.ofString())
                .statusCode();
    }

    private static HttpRequest request(MortalProcess to, String method, String path, String key) {
        var body = method.equals("POST")
                ? "{\"relation\": \"item\", \"name\": \"size\", \"type\": \"integer\", \"default\": 7}"
                : "";
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + "/t/shop" + path))
                .header("apikey", key)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
    }

    // As twenty seconds would.
    private void letTheLeaseRunOut() {
        server.execute(CONTROL, "UPDATE tenant_field_lease SET until = now() - interval '1 second'");
    }

    private List<String> states() {
        return server.query(CONTROL, "SELECT state FROM tenant_field");
    }

    private List<String> columns() {
        return server.query(
                SHARD,
                "SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                        + " WHERE c.relname = 'item' AND attnum > 0 AND NOT attisdropped");
    }

    private static void eventually(Runnable assertions) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        Mono.fromRunnable(assertions)
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(50))
                        .scheduler(Schedulers.boundedElastic())
                        .filter(failure -> failure instanceof AssertionError && System.nanoTime() < deadline)
                        .onRetryExhaustedThrow((_, last) -> last.failure()))
                .block();
    }
}
