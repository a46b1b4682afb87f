package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.PostgresConnections;
import dev.rowhouse.platform.postgres.SqlState;
import dev.rowhouse.tenancy.ShardName;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/**
 * The connections of one lane for one kind of work.
 *
 * <p>It stands on the pool below r2dbc-pool, because here the pooled object carries more than a connection and each
 * release is a decision: back, or closed.
 */
final class Lane {

    private static final Duration TOUCH_WAIT = Duration.ofMillis(100);
    private static final int TOUCH_TOGETHER = 16;

    private final ShardName shard;
    private final Backend.Kind kind;
    private final PostgresConnections connections;
    private final LaneSettings settings;
    private final InstrumentedPool<Backend> pool;
    private final Set<Backend> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger generation = new AtomicInteger();

    Lane(ShardName shard, Backend.Kind kind, PostgresConnections connections, LaneSettings settings) {
        this.shard = shard;
        this.kind = kind;
        this.connections = connections;
        this.settings = settings;
        this.pool = PoolBuilder.from(Mono.defer(this::newBackend))
                .sizeBetween(0, settings.connectionsPerLane())
                // The last one used is the warmest.
                .idleResourceReuseMruOrder()
                .maxPendingAcquire(settings.maxPendingAcquires())
                .evictionPredicate((backend, _) -> isWorn(backend))
                .destroyHandler(this::farewell)
                .buildPool();
    }

    Mono<PooledRef<Backend>> acquire() {
        return pool.acquire(settings.acquireTimeout());
    }

    /** Gives back what {@link #acquire} emitted. */
    Mono<Void> release(PooledRef<Backend> ref) {
        ref.poolable().answered();
        return ref.poolable().isBroken() ? ref.invalidate() : ref.release();
    }

    /** Gives back a connection whose work failed; a lost one takes the idle ones with it, none of which is trusted now. */
    Mono<Void> releaseAfter(PooledRef<Backend> ref, Throwable failure) {
        var backend = ref.poolable();
        if (SqlState.isConnectionLost(failure)) {
            generation.incrementAndGet();
            backend.breakUp();
        }
        if (failure instanceof ShardError.RoleMismatch) {
            backend.breakUp();
        }
        return releaseUnfinished(ref);
    }

    /** Gives back a connection that was left in the middle of its work, once it is fit for the next. */
    Mono<Void> releaseUnfinished(PooledRef<Backend> ref) {
        var backend = ref.poolable();
        backend.answered();
        return backend.isBroken()
                ? release(ref)
                : backend.recover(settings.cancelGrace()).then(Mono.defer(() -> release(ref)));
    }

    boolean hasRoom() {
        var metrics = pool.metrics();
        return metrics.pendingAcquireSize() == 0
                && (metrics.idleSize() > 0 || metrics.allocatedSize() < metrics.getMaxAllocatedSize());
    }

    int load() {
        var metrics = pool.metrics();
        return metrics.acquiredSize() + metrics.pendingAcquireSize();
    }

    ShardConnections counts() {
        var metrics = pool.metrics();
        return new ShardConnections(
                metrics.allocatedSize(), metrics.acquiredSize(), metrics.idleSize(), metrics.pendingAcquireSize());
    }

    /** Lets each idle connection take its last role anew. */
    Mono<Void> touchIdle() {
        return Flux.range(0, pool.metrics().idleSize())
                .flatMap(
                        _ -> Flux.usingWhen(
                                        pool.acquire(TOUCH_WAIT),
                                        ref -> ref.poolable().touch(),
                                        this::release,
                                        (ref, _) -> broken(ref),
                                        this::broken)
                                .onErrorComplete(),
                        TOUCH_TOGETHER)
                .then();
    }

    /** Closes the connections that owe an answer for too long; whoever waits for it gets an error. */
    Mono<Void> closeOverdue() {
        var now = System.nanoTime();
        return Flux.fromIterable(open)
                .filter(backend -> backend.isOverdue(now))
                .flatMap(Backend::close)
                .then();
    }

    /** Closes the idle connections at once and the others when they come back. */
    Mono<Void> close() {
        return pool.disposeLater();
    }

    private Mono<Void> broken(PooledRef<Backend> ref) {
        ref.poolable().breakUp();
        return release(ref);
    }

    private Mono<Backend> newBackend() {
        var born = generation.get();
        return connections
                .connect()
                .map(connection -> newBackend(connection, born))
                .onErrorMap(failure -> new ShardError.Unavailable(shard, failure));
    }

    private Backend newBackend(PostgresqlConnection connection, int born) {
        // Not all at one moment: a tenth of the life is chance.
        var life = settings.maxLife().toNanos();
        var backend = new Backend(
                kind,
                connection,
                born,
                System.nanoTime() + life - ThreadLocalRandom.current().nextLong(life / 10 + 1));
        open.add(backend);
        return backend;
    }

    private boolean isWorn(Backend backend) {
        return backend.isBroken()
                || backend.generation() != generation.get()
                || backend.housesServed() > settings.maxHouses()
                || backend.isPast(System.nanoTime());
    }

    private Mono<Void> farewell(Backend backend) {
        open.remove(backend);
        return backend.close();
    }
}
