package dev.rowhouse.app.caches;

import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.RedisServer;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Residents;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.MediaType;

/** Two instances of one installation with tables of every kind of cache, and the Redis that they share. */
final class TwoInstances implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String BLUEPRINT = """
            CREATE TABLE kind (id int PRIMARY KEY, name text NOT NULL, since timestamptz);
            COMMENT ON TABLE kind IS 'Kinds of things. @cache events @http max-age=60 public';
            CREATE TABLE thing (
                id int PRIMARY KEY,
                kind int REFERENCES kind ON DELETE CASCADE,
                name text,
                said text
            );
            COMMENT ON TABLE thing IS '@cache versioned @http max-age=5';
            CREATE TABLE rate (id int PRIMARY KEY, name text);
            COMMENT ON TABLE rate IS '@cache ttl=5m';
            CREATE TABLE secret (id int PRIMARY KEY, name text);
            COMMENT ON TABLE secret IS '@cache events @http max-age=60 public';
            ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
            CREATE POLICY small ON secret FOR SELECT TO anon USING (id < 10);
            CREATE TABLE plain (id int PRIMARY KEY, kind int REFERENCES kind, name text);
            CREATE VIEW kind_name AS SELECT id, name FROM kind;
            CREATE FUNCTION rename_kind(kind_id int, new_name text) RETURNS void LANGUAGE sql
              AS 'UPDATE kind SET name = new_name WHERE id = kind_id';
            CREATE FUNCTION nap(seconds float8) RETURNS float8 LANGUAGE plpgsql STABLE
              AS 'BEGIN PERFORM pg_sleep(seconds); RETURN seconds; END';
            GRANT SELECT ON kind, thing, rate, secret TO anon;
            """;

    private final PostgresServer postgres = PostgresServer.start();
    // One that asks for HTTP/2 first asks nothing twice to the letter.
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path directory;
    private final int redisPort;
    private final String shard;
    private RedisServer redis;
    final RunningApp one;
    final RunningApp other;

    /** An answer as a client has it. */
    record Answer(int status, String body, Map<String, List<String>> headers) {

        String header(String name) {
            return String.join(",", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
        }

        /** Returns what the instance says of its cache, without its name. */
        String cache() {
            return header("Cache-Status").replace("Rowhouse; ", "");
        }
    }

    TwoInstances() {
        try {
            directory = Files.createTempDirectory("caches");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        redis = RedisServer.keeping(directory, FreePort.any());
        redisPort = redis.port();
        shard = "caches_" + redisPort;
        var control = postgres.createDatabase("control_" + shard);
        Map<String, Object> more = Map.of("rowhouse.redis.uri", redisUri());
        one = RunningApp.over(control, postgres.superuser(), more);
        one.register("shard-" + redisPort, postgres.createDatabase(shard), postgres.superuser(), 2);
        one.operator()
                .put()
                .uri("/admin/v1/blueprints/kept/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "kept.sql", "text", BLUEPRINT)))
                .exchange()
                .expectStatus()
                .isCreated();
        other = RunningApp.over(control, postgres.superuser(), more);
    }

    String redisUri() {
        return "redis://127.0.0.1:" + redisPort;
    }

    /** Onboards a tenant with some rows and waits until both instances answer for it, from what is kept. */
    TestTenant tenant() {
        var tenant = one.tenant(Map.of("blueprint", "kept"));
        for (var table : List.of("kind", "rate", "secret", "plain")) {
            post(one, tenant, table, "[{\"id\":1,\"name\":\"one\"},{\"id\":20,\"name\":\"twenty\"}]");
        }
        post(one, tenant, "thing", "[{\"id\":1,\"kind\":1,\"name\":\"bell\"}]");
        for (var app : List.of(one, other)) {
            await().atMost(PATIENCE)
                    .until(() -> get(app, tenant, "kind?id=eq.-1").cache().startsWith("hit"));
        }
        return tenant;
    }

    Answer get(RunningApp app, TestTenant tenant, String path, String... headers) {
        return send(app, "GET", tenant.path(path), tenant.secret(), "", headers);
    }

    Answer anon(RunningApp app, TestTenant tenant, String path, String... headers) {
        return send(app, "GET", tenant.path(path), tenant.publishable(), "", headers);
    }

    Answer post(RunningApp app, TestTenant tenant, String path, String body) {
        return written(send(app, "POST", tenant.path(path), tenant.secret(), body));
    }

    Answer patch(RunningApp app, TestTenant tenant, String path, String body) {
        return written(send(app, "PATCH", tenant.path(path), tenant.secret(), body));
    }

    Answer send(RunningApp app, String method, String path, String key, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .header("apikey", key);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(
                    answer.statusCode(), answer.body(), answer.headers().map());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Changes the tenant as an operator does. */
    void change(TestTenant tenant, String patch) {
        one.operator()
                .patch()
                .uri("/admin/v1/tenants/" + tenant.slug())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(patch)
                .exchange()
                .expectStatus()
                .isOk();
    }

    /** Begins an operation such as {@code suspend}. */
    void operation(TestTenant tenant, String type) {
        one.operator()
                .post()
                .uri("/admin/v1/tenants/" + tenant.slug() + "/operations")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"type\": \"" + type + "\", \"reason\": \"unpaid\"}")
                .exchange()
                .expectStatus()
                .isAccepted();
    }

    private static Answer written(Answer answer) {
        if (answer.status() >= 300) {
            throw new IllegalStateException(answer.toString());
        }
        return answer;
    }

    /** Opens a session of the superuser's on the shard. */
    Connection session() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + postgres.endpoint(shard).port() + "/" + shard,
                postgres.superuser().user(),
                postgres.superuser().password());
    }

    String schema(TestTenant tenant) {
        var resident = one.bean(Residents.class).find(new Slug(tenant.slug())).block(PATIENCE);
        return Objects.requireNonNull(Objects.requireNonNull(resident).tenant().house())
                .schema()
                .value();
    }

    static double counted(RunningApp app, String event) {
        return app.bean(MeterRegistry.class)
                .get("rowhouse.cache")
                .tag("event", event)
                .counter()
                .count();
    }

    /** Returns how many requests were answered before anything was made of them. */
    static double early(RunningApp app) {
        return app.bean(MeterRegistry.class)
                .get("rowhouse.requests.answered.early")
                .counter()
                .count();
    }

    RedisServer redis() {
        return redis;
    }

    void startRedisAgain() {
        redis = RedisServer.keeping(directory, redisPort);
    }

    @Override
    public void close() {
        other.close();
        one.close();
        redis.close();
        postgres.close();
    }
}
