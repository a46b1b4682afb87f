package dev.rowhouse.image;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.RedisServer;
import dev.rowhouse.local.street.StreetClient;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the application needs around it, for as long as the image is built. */
final class Servers implements AutoCloseable {

    /** Whoever finds this in an image has found a secret. */
    static final String SECRET = "a-secret-of-the-training-run-only-0123456789";

    private static final String OPERATOR_TOKEN = "rh_op_training";
    private static final String OPERATOR_TOKEN_SHA256 =
            "60871ffb954c6e168f43420d811a8222531dc529959273abfa1d1e3336fe9084";
    private static final int LANES = 2;

    private final PostgresServer postgres = PostgresServer.start();
    private final RedisServer redis;
    private final KafkaServer kafka;
    private final PostgresEndpoint control;
    private final PostgresEndpoint shard;

    Servers(Path directory) throws IOException {
        this.redis = RedisServer.keeping(Files.createDirectories(directory.resolve("redis")), FreePort.any());
        this.kafka = KafkaServer.keeping(Files.createDirectories(directory.resolve("kafka")), FreePort.any());
        this.control = postgres.createDatabase("image_control");
        this.shard = postgres.createDatabase("image_shard");
    }

    /** Returns what the application is to be told. */
    Map<String, Object> settings(int port, int managementPort) {
        var settings = new LinkedHashMap<String, Object>();
        settings.put("server.port", port);
        settings.put("management.server.port", managementPort);
        settings.put("spring.profiles.active", "production");
        settings.put("rowhouse.control.host", control.host());
        settings.put("rowhouse.control.port", control.port());
        settings.put("rowhouse.control.database", control.database());
        settings.put("rowhouse.control.user", postgres.superuser().user());
        settings.put("rowhouse.control.password", postgres.superuser().password());
        settings.put("rowhouse.redis.uri", "redis://127.0.0.1:" + redis.port());
        settings.put("rowhouse.kafka.bootstrap-servers", "127.0.0.1:" + kafka.port());
        settings.put("rowhouse.secret", SECRET);
        settings.put("rowhouse.default-blueprint", "training");
        settings.put("rowhouse.drain.delay", "0s");
        settings.put("rowhouse.operator.token-hashes[0].name", "training");
        settings.put("rowhouse.operator.token-hashes[0].sha256", OPERATOR_TOKEN_SHA256);
        return settings;
    }

    /** Returns an operator's client of the application that listens there, after it was told of the shard. */
    StreetClient operator(int port) {
        var client = new StreetClient("http://localhost:" + port, OPERATOR_TOKEN);
        client.register("shard-1", shard, postgres.superuser(), LANES, List.of());
        return client;
    }

    @Override
    public void close() {
        kafka.close();
        redis.close();
        postgres.close();
    }
}
