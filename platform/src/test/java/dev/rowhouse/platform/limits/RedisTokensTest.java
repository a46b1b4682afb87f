package dev.rowhouse.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.RedisServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.redis.RedisClients;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances over one Redis; {@code -Drowhouse.limits.seconds=60} makes them share a rate for a minute. */
class RedisTokensTest {

    private static final Rate RATE = new Rate(500, 250);
    private static final int SECONDS = Integer.getInteger("rowhouse.limits.seconds", 2);
    private static final Duration PATIENCE = Duration.ofMillis(100);

    @TempDir
    private Path directory;

    private final BackgroundWork background = new BackgroundWork();

    @AfterEach
    void end() {
        background.close();
    }

    @Test
    void twoNodesShareARateAndKeepToTheirPartsWhenRedisIsGone() {
        var redis = RedisServer.keeping(directory, FreePort.any());
        try (var one = tokens(redis.port());
                var other = tokens(redis.port())) {
            var first = RateLimits.sharing(one, 2, Clock.systemUTC()).of("a", RATE);
            var second = RateLimits.sharing(other, 2, Clock.systemUTC()).of("a", RATE);
            await().until(() -> one.isThere() && other.isThere());
            var shared = admitted(Duration.ofSeconds(SECONDS), first, second);
            assertThat(shared.requests()).isBetween(shared.allowed(0.9), shared.allowed(1.02) + RATE.burst());

            redis.close();
            first.spend();
            second.spend();
            await().until(() -> {
                admitted(Duration.ofMillis(20), first, second);
                return !one.isThere() && !other.isThere();
            });
            var apart = admitted(Duration.ofSeconds(Math.ceilDiv(SECONDS, 2)), first, second);
            assertThat(apart.requests()).isBetween(apart.allowed(0.8), apart.allowed(1.2));
            System.out.printf(
                    "two instances over one rate: %.3f of it and of its burst in %.1f s; without Redis %.3f of it in %.1f s%n",
                    (double) shared.requests() / (shared.allowed(1) + RATE.burst()),
                    shared.seconds(),
                    (double) apart.requests() / apart.allowed(1),
                    apart.seconds());

            var again = RedisServer.keeping(directory, redis.port());
            await().atMost(Duration.ofSeconds(20)).until(() -> one.isThere() && other.isThere());
            again.close();
        }
    }

    @Test
    void aRedisThatTakesConnectionsAndIsSilentKeepsNobodyWaiting() throws IOException {
        try (var silent = new ServerSocket(0);
                var tokens = tokens(silent.getLocalPort())) {
            var limit = RateLimits.sharing(tokens, 1, Clock.systemUTC()).of("a", RATE);
            var began = System.nanoTime();
            var admitted = admitted(Duration.ofMillis(500), limit);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
            assertThat(admitted.requests()).isBetween(admitted.allowed(0.8), admitted.allowed(1) + RATE.burst());
        }
    }

    @Test
    void aRedisThatHangsIsLeftAloneAfterItsTimeOut() throws IOException, InterruptedException {
        var redis = RedisServer.keeping(directory, FreePort.any());
        try (redis;
                var tokens = tokens(redis.port())) {
            var limit = RateLimits.sharing(tokens, 1, Clock.systemUTC()).of("a", RATE);
            await().until(tokens::isThere);
            redis.pause();
            await().until(() -> {
                limit.spend();
                return !tokens.isThere();
            });
            var admitted = admitted(Duration.ofMillis(500), limit);
            assertThat(admitted.requests()).isBetween(1L, admitted.allowed(1) + RATE.burst());
            redis.goOn();
            await().until(tokens::isThere);
        }
    }

    private RedisTokens tokens(int port) {
        var uri = "redis://127.0.0.1:" + port;
        var tokens = new RedisTokens(RedisClients.of(uri, PATIENCE), uri, Clock.systemUTC());
        tokens.start(background);
        return tokens;
    }

    /** How many requests were admitted in a time. */
    private record Admitted(long requests, double seconds) {

        /** Returns how many the rate comes to in that time, {@code part} of it. */
        long allowed(double part) {
            return (long) (RATE.perSecond() * seconds * part);
        }
    }

    // Much more is asked for than the rate allows.
    private static Admitted admitted(Duration time, RateLimit... limits) {
        long admitted = 0;
        long began = System.nanoTime();
        long took;
        do {
            for (var limit : limits) {
                admitted += limit.spend().granted() ? 1 : 0;
            }
            Thread.onSpinWait();
            took = System.nanoTime() - began;
        } while (took < time.toNanos());
        return new Admitted(admitted, took / 1e9);
    }
}
