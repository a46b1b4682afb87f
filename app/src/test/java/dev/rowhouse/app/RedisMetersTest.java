package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.RedisServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.cache.RedisShelf;
import dev.rowhouse.platform.limits.RedisTokens;
import dev.rowhouse.platform.redis.RedisClients;
import dev.rowhouse.platform.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that was never reached is away, from the start on; one that nobody configured is not. */
class RedisMetersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void whatIsNotConfiguredIsNotMissed() {
        new RedisMeters(null, null).bindTo(meters);

        assertThat(up()).isEqualTo(1);
    }

    @Test
    void aRedisIsAwayUntilItIsReached(@TempDir Path directory) {
        var port = FreePort.any();
        var uri = "redis://127.0.0.1:" + port;
        try (var shelf = new RedisShelf(RedisClients.of(uri, Duration.ofMillis(500)), uri, Tracing.off());
                var tokens = new RedisTokens(RedisClients.of(uri, Duration.ofMillis(500)), uri, Clock.systemUTC());
                var background = new BackgroundWork()) {
            new RedisMeters(shelf, tokens).bindTo(meters);
            shelf.start(background);
            tokens.start(background);
            assertThat(up()).isZero();

            try (var redis = RedisServer.keeping(directory, port)) {
                assertThat(redis.port()).isEqualTo(port);
                await().atMost(PATIENCE).until(() -> up() == 1);
            }
        }
    }

    private double up() {
        return meters.get("rowhouse.redis.up").gauge().value();
    }
}
