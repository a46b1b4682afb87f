package dev.rowhouse.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.RedisServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.redis.RedisClients;
import dev.rowhouse.platform.tracing.Tracing;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two processes' caches over one real Redis that is poisoned, emptied, stopped and killed. */
class RedisCacheTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path directory = Path.of("");

    private static RedisClient client;
    private static int port;
    private static RedisServer redis;

    private final BackgroundWork background = new BackgroundWork();
    private final SteppedTerms terms = new SteppedTerms();
    private final AtomicInteger reads = new AtomicInteger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<RedisShelf> shelves = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = RedisServer.keeping(directory, FreePort.any());
        port = redis.port();
        client = RedisClient.create(RedisURI.create("redis://127.0.0.1:" + port));
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
    }

    @AfterEach
    void end() {
        background.close();
        shelves.forEach(RedisShelf::close);
    }

    @Test
    void whatOneHasReadTheOtherFindsUntilAChange() {
        assertThat(ask(cache(), "shared", "a")).isEqualTo("READ a");
        var other = cache();
        assertThat(ask(other, "shared", "b")).isEqualTo("REDIS a");
        assertThat(ask(other, "shared", "c")).isEqualTo("MEMORY a");
        terms.change();
        assertThat(ask(cache(), "shared", "d")).isEqualTo("READ d");
        assertThat(ask(other, "shared", "e")).isEqualTo("REDIS d");
    }

    @Test
    void aForeignValueUnderAKeyIsAnsweredToNobodyAndEndsTheConnection() {
        var cache = cache();
        ask(cache, "mine", "mine");
        ask(cache, "theirs", "theirs");
        try (var raw = raw()) {
            var commands = raw.sync();
            commands.set(key("mine").redisName(), commands.get(key("theirs").redisName()));
            commands.set(key("noise").redisName(), "noise".getBytes(StandardCharsets.UTF_8));

            var fresh = cache();
            var connections = connections(raw);
            assertThat(ask(fresh, "mine", "read")).isEqualTo("READ read");
            assertThat(counted("mismatch")).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> shelves.getLast().isThere() && connections(raw) == connections + 1);
            assertThat(ask(fresh, "noise", "read")).isEqualTo("READ read");
            assertThat(counted("mismatch")).isEqualTo(2);
        }
    }

    @Test
    void anEmptiedRedisIsFilledByOneReadOfEachKey() {
        ask(cache(), "emptied", "a");
        try (var raw = raw()) {
            raw.sync().flushall();
        }
        var fresh = cache();
        var before = reads.get();
        var found = Flux.range(0, 100)
                .flatMap(_ -> fresh.get(key("emptied"), terms, read("b").delaySubscription(Duration.ofMillis(20))), 100)
                .collectList()
                .block(PATIENCE);
        assertThat(found).allMatch(each -> text(each).equals("b"));
        assertThat(reads.get() - before).isEqualTo(1);
    }

    @Test
    void aRedisThatHangsCostsNoMoreThanItsPatienceAndSoonNothing() {
        var cache = cache();
        ask(cache, "hung", "a");
        redis.pause();
        try {
            for (int number = 0; number < 20; number++) {
                assertThat(ask(cache, "hung-" + number, "b")).isEqualTo("READ b");
            }
            assertThat(shelves.getLast().isThere()).isFalse();
            assertThat(counted("redis_failure")).isBetween(1.0, 6.0);
            terms.change();
            assertThat(ask(cache, "hung", "c")).isEqualTo("READ_AGAIN c");
        } finally {
            redis.goOn();
        }
        // What was under way to the hung Redis gets there now, and is refused like everything that is old.
        assertThat(ask(cache, "hung", "d")).isEqualTo("MEMORY c");
        await().atMost(PATIENCE).until(() -> ask(cache(), "hung", "e"), "REDIS e"::equals);
    }

    @Test
    void aKilledRedisIsMissedByNobody() {
        var cache = cache();
        ask(cache, "killed", "a");
        redis.close();
        try {
            assertThat(ask(cache, "killed", "b")).isEqualTo("MEMORY a");
            terms.change();
            assertThat(ask(cache, "killed", "c")).isEqualTo("READ_AGAIN c");
            for (int number = 0; number < 20; number++) {
                assertThat(ask(cache, "killed-" + number, "d")).isEqualTo("READ d");
            }
        } finally {
            redis = RedisServer.keeping(directory, port);
        }
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            terms.change();
                            ask(cache, "killed", "e");
                            return ask(cache(), "killed", "f");
                        },
                        "REDIS e"::equals);
    }

    private TwoLevelCache cache() {
        var uri = "redis://127.0.0.1:" + port;
        var shelf = new RedisShelf(RedisClients.of(uri, Duration.ofMillis(500)), uri, Tracing.off());
        shelves.add(shelf);
        shelf.start(background);
        await().atMost(PATIENCE).until(shelf::isThere);
        return new TwoLevelCache(new CacheBounds(100_000, 50_000, 10_000), shelf, Clock.systemUTC(), meters);
    }

    private String ask(TwoLevelCache cache, String question, String answer) {
        var found = cache.get(key(question), terms, read(answer)).block(PATIENCE);
        return found.source() + " " + text(found);
    }

    private Flux<byte[]> read(String answer) {
        return Mono.fromSupplier(() -> answer.getBytes(StandardCharsets.UTF_8))
                .doOnSubscribe(_ -> reads.incrementAndGet())
                .flux();
    }

    private double counted(String event) {
        return meters.get("rowhouse.cache").tag("event", event).counter().count();
    }

    private static StatefulRedisConnection<String, byte[]> raw() {
        return client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE));
    }

    private static long connections(StatefulRedisConnection<String, byte[]> raw) {
        return raw.sync()
                .info("stats")
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    private static CacheKey key(String question) {
        return CacheKey.in(new CacheScope("house")).with(question).build();
    }

    private static String text(Found found) {
        return new String(found.parts().getFirst(), StandardCharsets.UTF_8);
    }
}
