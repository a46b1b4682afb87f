package dev.rowhouse.app.telemetry;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;

/** An application with all that can be observed of one: its management port, Redis, Kafka, a receiver of its traces. One per JVM. */
final class ObservedApp {

    /** Whose answers are kept in Redis. */
    private static final String KEPT = """
            CREATE TABLE kind (id int PRIMARY KEY, name text NOT NULL);
            COMMENT ON TABLE kind IS '@cache events';
            GRANT SELECT ON kind TO anon;
            """;

    /** The installation's secret, from which the passwords of its shards' logins come. */
    static final String SECRET = "the secret of the observed application";

    static final ObservedApp SHARED = new ObservedApp();

    final OtlpReceiver traces = new OtlpReceiver();
    final RunningApp app;
    final TestTenant tenant;

    private ObservedApp() {
        var postgres = PostgresServer.start();
        var settings = new HashMap<String, Object>();
        settings.put("management.server.port", 0);
        var redis = redis();
        settings.put("rowhouse.redis.uri", "redis://127.0.0.1:" + redis.port());
        settings.put("rowhouse.kafka.bootstrap-servers", KafkaServer.shared().bootstrapServer());
        settings.put("rowhouse.kafka.topic-prefix", "observed.");
        settings.put("rowhouse.kafka.partitions", "2");
        settings.put("rowhouse.tracing.endpoint", traces.endpoint());
        settings.put("rowhouse.tracing.ratio", 0);
        settings.put("rowhouse.plans.tight.requests-per-second", 1);
        settings.put("rowhouse.plans.tight.burst", 1);
        settings.put("rowhouse.secret", SECRET);
        settings.put("rowhouse.plans-file", plans().toString());
        app = RunningApp.over(postgres.createDatabase("control_observed"), postgres.superuser(), settings);
        app.register("observed", postgres.createDatabase("shard_observed"), postgres.superuser(), 2);
        app.publishShop();
        app.operator()
                .put()
                .uri("/admin/v1/blueprints/kept/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "kept.sql", "text", KEPT)))
                .exchange()
                .expectStatus()
                .isCreated();
        postgres.query(
                "control_observed",
                "INSERT INTO dead_letter (consumer, topic, partition, \"offset\", headers, value, reason, error, tries)"
                        + " VALUES ('observed', 'rows', 0, 0, '{}', '', 'failed', 'as a test wants it', 1) RETURNING id");
        tenant = app.tenant();
        exercise();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            app.close();
            traces.close();
            redis.close();
            postgres.close();
        }));
    }

    private static Path plans() {
        try {
            return Files.writeString(Files.createTempFile("observed", ".yaml"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RedisServer redis() {
        try {
            return RedisServer.keeping(Files.createTempDirectory("observed"), FreePort.any());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // One of each kind, so that what is counted when it happens has happened.
    private void exercise() {
        for (var relation : new String[] {"item?limit=1", "nothing_here"}) {
            app.client()
                    .get()
                    .uri(tenant.path(relation))
                    .header("apikey", tenant.secret())
                    .exchange();
        }
        var tight = app.tenant(Map.of("plan", "tight"));
        for (var number = 0; number < 3; number++) {
            app.client()
                    .get()
                    .uri(tight.path("item"))
                    .header("apikey", tight.secret())
                    .exchange();
        }
    }

    /** Returns what the metrics say, in the format of OpenMetrics, which has examples. */
    String metrics() {
        var body = app.management()
                .get()
                .uri("/actuator/prometheus")
                .accept(MediaType.parseMediaType("application/openmetrics-text;version=1.0.0"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return String.valueOf(body);
    }
}
