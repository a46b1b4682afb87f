package dev.rowhouse.platform.cache;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.tracing.Tracing;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What all processes keep together in Redis; while Redis is slow or away there is nothing in it. */
public final class RedisShelf implements AutoCloseable {

    /** For how long a question waits for Redis. */
    public static final Duration PATIENCE = Duration.ofMillis(40);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration AWAY = Duration.ofSeconds(2);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int REMEMBERED = 16;
    private static final int ENOUGH = 4;
    private static final float HALF = 50;
    private static final int TRIALS = 2;

    private final RedisClient client;
    private final RedisURI uri;
    private final Tracing tracing;
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "cache",
            CircuitBreakerConfig.custom()
                    .slidingWindowType(SlidingWindowType.COUNT_BASED)
                    .slidingWindowSize(REMEMBERED)
                    .minimumNumberOfCalls(ENOUGH)
                    .failureRateThreshold(HALF)
                    .waitDurationInOpenState(AWAY)
                    .permittedNumberOfCallsInHalfOpenState(TRIALS)
                    .build());
    private volatile @Nullable StatefulRedisConnection<String, byte[]> open;

    /** @param client that gives up soon; closed with this */
    public RedisShelf(RedisClient client, String uri, Tracing tracing) {
        this.tracing = tracing;
        this.client = client;
        this.uri = RedisURI.create(uri);
    }

    /** Begins to look for Redis, and does so again whenever there is no connection. */
    public void start(BackgroundWork background) {
        background.repeat("looking for the Redis of the caches", LOOK, Mono.defer(this::look));
    }

    /** Says whether Redis was reached; one that fails since then is asked again by itself. */
    public boolean isConnected() {
        return open != null;
    }

    /** Says whether Redis is asked at the moment. */
    boolean isThere() {
        return open != null && breaker.getState() != CircuitBreaker.State.OPEN;
    }

    /** Emits what lies under the name, or nothing; fails if Redis does not answer in time. */
    Mono<byte[]> get(String name) {
        return tracing.mono(
                "redis get",
                span -> Mono.defer(() -> asked(
                                connection -> connection.async().get(name).toCompletableFuture())
                        .doOnSubscribe(_ -> span.tell("db.system.name", "redis").tell("db.operation.name", "GET"))));
    }

    /** Lays a value down; whether it gets there nobody waits for. */
    void put(String name, byte[] value, Duration longest) {
        var connection = open;
        if (connection == null || !breaker.tryAcquirePermission()) {
            return;
        }
        var begun = System.nanoTime();
        try {
            connection
                    .async()
                    .psetex(name, longest.toMillis(), value)
                    .whenComplete((_, failure) -> ended(begun, failure));
        } catch (RuntimeException refused) {
            ended(begun, refused);
        }
    }

    /** Closes the connection, on which something came that was not asked for; a new one is made in a moment. */
    void hangUp() {
        var connection = open;
        open = null;
        if (connection != null) {
            var unused = connection.closeAsync();
        }
    }

    private <T> Mono<T> asked(Function<StatefulRedisConnection<String, byte[]>, CompletableFuture<T>> command) {
        var connection = open;
        if (connection == null || !breaker.tryAcquirePermission()) {
            return Mono.empty();
        }
        var begun = System.nanoTime();
        return Mono.fromFuture(() -> command.apply(connection))
                .timeout(PATIENCE)
                .doOnSuccess(_ -> ended(begun, null))
                .doOnError(failure -> ended(begun, failure))
                .doOnCancel(breaker::releasePermission);
    }

    private void ended(long begun, @Nullable Throwable failure) {
        var took = System.nanoTime() - begun;
        if (failure == null) {
            breaker.onSuccess(took, TimeUnit.NANOSECONDS);
        } else {
            breaker.onError(took, TimeUnit.NANOSECONDS, failure);
        }
    }

    private Mono<Void> look() {
        if (open != null) {
            return Mono.empty();
        }
        return Mono.fromCompletionStage(
                        () -> client.connectAsync(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE), uri))
                .doOnNext(connection -> open = connection)
                .then();
    }

    @Override
    public void close() {
        open = null;
        client.shutdown(Duration.ZERO, LAST_WORDS);
    }
}
