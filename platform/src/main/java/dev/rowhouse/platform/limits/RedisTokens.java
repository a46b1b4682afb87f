package dev.rowhouse.platform.limits;

import dev.rowhouse.platform.background.BackgroundWork;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Tokens that all instances spend together, counted by Bucket4j in Redis; away as soon as Redis is slow or gone. */
public final class RedisTokens implements SharedTokens, AutoCloseable {

    private static final String PREFIX = "rowhouse:rate:";
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration KEPT_AT_LEAST = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int TRIES = 5;

    private final RedisClient client;
    private final RedisURI uri;
    private final Clock clock;
    private volatile @Nullable Open open;
    private volatile boolean there;

    private record Open(StatefulRedisConnection<String, byte[]> connection, AsyncProxyManager<String> buckets) {}

    /** @param client that gives up soon; closed with this */
    public RedisTokens(RedisClient client, String uri, Clock clock) {
        this.client = client;
        this.uri = RedisURI.create(uri);
        this.clock = clock;
    }

    /** Begins to look for Redis, and whenever it is away looks until it is back. */
    public void start(BackgroundWork background) {
        background.repeat("looking for the Redis of the rate limits", LOOK, Mono.defer(this::look));
    }

    @Override
    public boolean isThere() {
        return there;
    }

    @Override
    public CompletionStage<Drawn> draw(String key, Rate rate, long tokens) {
        var connected = open;
        if (connected == null) {
            return failed(new IllegalStateException("not connected"));
        }
        // The rate is part of the key: a changed one begins anew.
        var name = PREFIX + key + ":" + rate.perSecond() + ":" + rate.burst();
        try {
            return connected
                    .buckets()
                    .builder()
                    .build(name, () -> CompletableFuture.completedFuture(rate.configuration()))
                    .asVerbose()
                    .tryConsumeAsMuchAsPossible(tokens)
                    .thenApply(result -> new Drawn(
                            result.getValue(), Math.max(0, result.getState().getAvailableTokens())))
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            there = false;
                        }
                    });
        } catch (RuntimeException refused) {
            return failed(refused);
        }
    }

    private CompletionStage<Drawn> failed(RuntimeException failure) {
        there = false;
        return CompletableFuture.failedStage(failure);
    }

    private Mono<Void> look() {
        if (there) {
            return Mono.empty();
        }
        var connected = open;
        return (connected == null
                        ? Mono.fromCompletionStage(() -> client.connectAsync(codec(), uri))
                                .doOnNext(connection -> open = new Open(connection, buckets(connection)))
                        : Mono.fromCompletionStage(
                                () -> connected.connection().async().ping()))
                .then(Mono.fromRunnable(() -> there = true));
    }

    private AsyncProxyManager<String> buckets(StatefulRedisConnection<String, byte[]> connection) {
        return Bucket4jLettuce.casBasedBuilder(connection)
                .clientClock(RateLimits.meter(clock))
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_AT_LEAST))
                .maxRetries(TRIES)
                .build()
                .asAsync();
    }

    private static RedisCodec<String, byte[]> codec() {
        return RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE);
    }

    @Override
    public void close() {
        there = false;
        client.shutdown(Duration.ZERO, LAST_WORDS);
    }
}
