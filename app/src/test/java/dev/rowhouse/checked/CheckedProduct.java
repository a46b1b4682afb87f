package dev.rowhouse.checked;

import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.outage.MortalProcess;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.street.StreetClient;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.HouseId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Two processes of the application over one shard, of which each may be killed, with tenants of the {@link CheckedBlueprint}. */
final class CheckedProduct implements AutoCloseable {

    static final String TOPIC_PREFIX = "checked.";

    private static final int INSTANCES = 2;
    private static final String CONTROL = "control";
    private static final String SHARD = "shard";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final PostgresServer postgres = PostgresServer.start();
    private final AtomicReferenceArray<@Nullable MortalProcess> instances = new AtomicReferenceArray<>(INSTANCES);
    private final Path folder;
    private final Map<String, Object> settings;
    private final List<ApiWriter.Access> tenants = new ArrayList<>();

    /** Starts the first process, which leads, and onboards the tenants; then the other. */
    CheckedProduct(Path folder, Map<String, Object> more, List<String> slugs) {
        this.folder = folder;
        var control = postgres.createDatabase(CONTROL);
        postgres.createDatabase(SHARD);
        settings = new HashMap<>(RunningApp.settings(control, postgres.superuser()));
        settings.put("rowhouse.warm-houses", 0);
        settings.put("rowhouse.kafka.topic-prefix", TOPIC_PREFIX);
        // What nobody reads would fill its pipe and stop the process.
        settings.put("logging.threshold.console", "off");
        settings.putAll(more);
        start(0);
        prepare(slugs);
        start(1);
    }

    private void prepare(List<String> slugs) {
        var client = new StreetClient(base(0), RunningApp.OPERATOR);
        client.register(SHARD, postgres.endpoint(SHARD), postgres.superuser(), 2, List.of());
        await().atMost(PATIENCE).until(() -> term() > 0);
        client.admin(
                        "PUT",
                        "/blueprints/checked/versions/1",
                        List.of(Map.of("name", "checked.sql", "text", CheckedBlueprint.SQL)),
                        Map.of())
                .orFail("publishing");
        for (var slug : slugs) {
            var keys = client.admin(
                            "POST",
                            "/tenants",
                            Map.of("slug", slug, "blueprint", "checked"),
                            Map.of("Prefer", "wait=20"))
                    .orFail("onboarding")
                    .json()
                    .get("keys");
            tenants.add(new ApiWriter.Access(slug, keys.get("secret").stringValue()));
        }
    }

    List<ApiWriter.Access> tenants() {
        return tenants;
    }

    /** Returns the house of each tenant. */
    List<CheckedHouse> houses() {
        return tenants.stream()
                .map(access -> new CheckedHouse(
                        access.tenant(),
                        new HouseId(postgres.query(
                                        CONTROL, "SELECT house FROM tenant WHERE slug = '" + access.tenant() + "'")
                                .getFirst()),
                        postgres.endpoint(SHARD),
                        postgres.superuser()))
                .toList();
    }

    void start(int instance) {
        var own = new HashMap<>(settings);
        own.put("logging.file.name", folder.resolve("app-" + instance + ".log").toString());
        instances.set(
                instance,
                MortalProcess.start(
                        own, folder.resolve("app-" + instance + ".err").toFile()));
    }

    void kill(int instance) {
        Objects.requireNonNull(instances.getAndSet(instance, null)).kill();
    }

    String base(int instance) {
        var process = Objects.requireNonNull(instances.get(instance));
        return "http://127.0.0.1:" + process.port();
    }

    /** Returns where one of the living processes is. */
    String base() {
        var first = ThreadLocalRandom.current().nextInt(INSTANCES);
        for (var n = first; ; n++) {
            var process = instances.get(n % INSTANCES);
            if (process != null) {
                return "http://127.0.0.1:" + process.port();
            }
        }
    }

    /** Returns how often the relay has begun. */
    long term() {
        return postgres.query(SHARD, """
                        SELECT coalesce(max(epoch), 0) FROM pg_class AS c
                        LEFT JOIN LATERAL (SELECT epoch FROM rowhouse.journal_reader WHERE name = 'relay') AS r ON true
                        WHERE c.oid = to_regclass('rowhouse.journal_reader')""").stream().mapToLong(Long::parseLong).sum();
    }

    /** Waits until no transaction of a tenant is open and all that was committed is published. */
    void awaitPublished(Duration patience) {
        await().atMost(patience).until(() -> postgres.query(SHARD, """
                                SELECT 1 FROM pg_stat_activity
                                WHERE usename ~ '^rowhouse_lane' AND state <> 'idle'""").isEmpty());
        await().atMost(patience).until(() -> postgres.query(SHARD, """
                                SELECT 1 FROM rowhouse.journal AS j, rowhouse.journal_reader AS r
                                WHERE r.name = 'relay' AND j.position > r.position LIMIT 1""").isEmpty());
    }

    PostgresEndpoint control() {
        return postgres.endpoint(CONTROL);
    }

    PostgresLogin superuser() {
        return postgres.superuser();
    }

    List<String> query(String sql) {
        return postgres.query(CONTROL, sql);
    }

    void execute(String sql) {
        postgres.execute(CONTROL, sql);
    }

    @Override
    public void close() {
        for (var n = 0; n < INSTANCES; n++) {
            var process = instances.get(n);
            if (process != null) {
                process.close();
            }
        }
        postgres.close();
    }
}
