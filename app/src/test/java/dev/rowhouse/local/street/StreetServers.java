package dev.rowhouse.local.street;

import dev.rowhouse.app.admin.FaultInjector.Kind;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.RedisServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** The servers of the street, started side by side; what has started is stopped even if another one fails. */
final class StreetServers implements AutoCloseable {

    private static final int FIRST_SHARD_PORT = 54_321;
    private static final int SECOND_SHARD_PORT = 54_331;
    private static final int REDIS_PORT = 56_379;
    private static final int KAFKA_PORT = 59_092;

    private final StreetFolder folder;
    private final StreetProgress progress;
    private final int kafkaPort = FreePort.from(KAFKA_PORT);
    private final CompletableFuture<PostgresServer> firstShard;
    private final CompletableFuture<PostgresServer> secondShard;
    private final CompletableFuture<RedisServer> redis;
    private final CompletableFuture<StreetKafka> kafka;

    private StreetServers(StreetFolder folder, StreetSecrets secrets, StreetProgress progress) {
        this.folder = folder;
        this.progress = progress;
        this.firstShard = inParallel(() -> shard("shard-1", FIRST_SHARD_PORT, secrets));
        this.secondShard = inParallel(() -> shard("shard-2", SECOND_SHARD_PORT, secrets));
        this.redis = inParallel(this::startRedis);
        // The clients of the shards come first: nothing that is needed for an answer waits for Kafka.
        this.kafka = firstShard.thenCombineAsync(secondShard, (_, _) -> startKafka(), Thread.ofPlatform()::start);
    }

    static StreetServers start(StreetFolder folder, StreetSecrets secrets, StreetProgress progress) {
        return new StreetServers(folder, secrets, progress);
    }

    PostgresServer firstShard() {
        return ready(firstShard);
    }

    PostgresServer secondShard() {
        return ready(secondShard);
    }

    RedisServer redis() {
        return ready(redis);
    }

    /** Returns where Kafka is, or will be: who publishes begins when it is there. */
    String kafkaAddress() {
        return "127.0.0.1:" + kafkaPort;
    }

    StreetKafka kafka() {
        return ready(kafka);
    }

    /** Returns in which ways each server can be made to fail, by its name. */
    Map<String, Map<Kind, Breakage>> waysToFail() {
        var ways = new LinkedHashMap<String, Map<Kind, Breakage>>();
        ways.put("shard-1", Breakage.of(this::firstShard, StreetServers::firstShardSeen));
        ways.put("shard-2", Breakage.of(this::secondShard, StreetServers::secondShardSeen));
        ways.put("redis", Breakage.of(this::redis, StreetServers::redisSeen));
        ways.put("kafka", Breakage.ofKafka(this::kafka, StreetServers::kafkaSeen));
        return ways;
    }

    private static String firstShardSeen(Kind kind) {
        var others =
                " globex, on shard-2, is served as before: nothing on its way asks the control database, which is here.";
        return shardSeen(kind, "acme") + others;
    }

    private static String secondShardSeen(Kind kind) {
        return shardSeen(kind, "globex") + " acme, on shard-1, is served as before.";
    }

    private static String shardSeen(Kind kind, String tenant) {
        return switch (kind) {
            case KILL ->
                tenant
                        + " is answered with 503 and Retry-After at once, and served again when its shard has recovered.";
            case HANG ->
                tenant
                        + " is answered with 503 and Retry-After: a request that needs a new connection within a second or two, one"
                        + " that has an open one after the statement time-out, 16 s. Such waiting uses up statement time, which may"
                        + " then be refused with 429.";
            case SLOW -> tenant + " is served, each statement up to some tenths of a second later.";
        };
    }

    private static String redisSeen(Kind kind) {
        return "Every tenant is served: what is kept comes from memory or the database, and rates are counted by this"
                + " instance alone"
                + (kind == Kind.SLOW ? " whenever Redis takes longer than 40 ms." : ".");
    }

    private static String kafkaSeen(Kind kind) {
        return switch (kind) {
            case KILL, HANG ->
                "Every tenant is served, writes too. Changes wait on their shard: rowhouse_relay_lag_entries grows, and falls"
                        + " to 0 when Kafka is back.";
            case SLOW -> "Every tenant is served. Changes reach Kafka later.";
        };
    }

    private PostgresServer shard(String name, int usualPort, StreetSecrets secrets) {
        var server = PostgresServer.keeping(folder.resolve(name), usualPort, secrets.superuser());
        progress.listening("PostgreSQL " + name, server.endpoint("postgres").port(), usualPort);
        return server;
    }

    private RedisServer startRedis() {
        var server = RedisServer.keeping(folder.resolve("redis"), REDIS_PORT);
        progress.listening("Redis", server.port(), REDIS_PORT);
        return server;
    }

    private StreetKafka startKafka() {
        var server = StreetKafka.keeping(folder.resolve("kafka"), kafkaPort);
        progress.listening("Kafka", server.port(), KAFKA_PORT);
        return server;
    }

    private static <T> CompletableFuture<T> inParallel(Supplier<T> start) {
        return CompletableFuture.supplyAsync(start, Thread.ofPlatform()::start);
    }

    private static <T> T ready(CompletableFuture<T> server) {
        try {
            return server.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        var stopping = List.of(firstShard, secondShard, redis, kafka).stream()
                .map(server -> server.thenAcceptAsync(StreetServers::stop, Thread.ofPlatform()::start)
                        .exceptionally(_ -> null))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(stopping).join();
    }

    private static void stop(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
