package dev.rowhouse.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.Fault;
import dev.rowhouse.local.FaultProxy;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.RedisServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.redis.RedisClients;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rate over a Redis that is slow, silent, cut off or dead: never unlimited, never closed, and nobody waits for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisFaultsTest {

    private static final Rate RATE = new Rate(500, 250);
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int INSTANCES = 2;

    private final BackgroundWork background = new BackgroundWork();
    private Path directory;
    private RedisServer redis;
    private FaultProxy proxy;

    @BeforeAll
    void start(@TempDir Path folder) {
        directory = folder;
        redis = RedisServer.keeping(directory, FreePort.any());
        proxy = FaultProxy.to(redis.port());
    }

    @AfterEach
    void heal() {
        proxy.heal();
    }

    @AfterAll
    void stop() {
        background.close();
        proxy.close();
        redis.close();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault.Delay(Duration.ofMillis(500)),
                new Fault.BlackHole(),
                new Fault.Reset(),
                new Fault.DropAnswers(_ -> true));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whateverTheNetworkDoesThisInstanceKeepsToItsPart(Fault fault) {
        try (var tokens = tokens()) {
            var limit = RateLimits.sharing(tokens, INSTANCES, Clock.systemUTC()).of("a" + fault, RATE);
            await().atMost(SOON).until(tokens::isThere);
            assertThat(limit.spend().granted()).isTrue();
            proxy.set(fault);
            assertKeepsToItsPart(tokens, limit);
            proxy.heal();
            await().atMost(SOON).until(() -> limit.spend() != null && tokens.isThere());
        }
    }

    @Test
    void aRedisThatIsKilledAndStartedAgainIsUsedAgain() {
        try (var tokens = tokens()) {
            var limit = RateLimits.sharing(tokens, INSTANCES, Clock.systemUTC()).of("killed", RATE);
            await().atMost(SOON).until(tokens::isThere);
            redis.kill();
            assertKeepsToItsPart(tokens, limit);
            redis = RedisServer.keeping(directory, redis.port());
            await().atMost(SOON).until(() -> limit.spend() != null && tokens.isThere());
        }
    }

    private static void assertKeepsToItsPart(RedisTokens tokens, RateLimit limit) {
        var longest = 0L;
        var admitted = 0L;
        var began = System.nanoTime();
        var time = Duration.ofSeconds(2).toNanos();
        while (System.nanoTime() - began < time) {
            var before = System.nanoTime();
            admitted += limit.spend().granted() ? 1 : 0;
            longest = Math.max(longest, System.nanoTime() - before);
            Thread.onSpinWait();
        }
        var seconds = (System.nanoTime() - began) / 1e9;
        assertThat(tokens.isThere()).isFalse();
        // Its part of the rate and of the burst, and what had been drawn before.
        assertThat(admitted)
                .isBetween(RATE.burst() / 4L, (long) (seconds * RATE.perSecond() / INSTANCES + RATE.burst()));
        assertThat(Duration.ofNanos(longest)).as("nobody waits for Redis").isLessThan(Duration.ofMillis(400));
    }

    private RedisTokens tokens() {
        var uri = "redis://127.0.0.1:" + proxy.port();
        var tokens = new RedisTokens(RedisClients.of(uri, PATIENCE), uri, Clock.systemUTC());
        tokens.start(background);
        return tokens;
    }
}
