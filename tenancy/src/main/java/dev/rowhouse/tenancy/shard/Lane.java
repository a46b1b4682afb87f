package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.postgres.LoginSource;
import dev.rowhouse.platform.postgres.PostgresConnections;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.platform.postgres.SqlState;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.ShardName;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * The connections of one lane for one kind of work: what is lent, to whom, and what becomes of it with the end of its work:
 * back, or closed.
 */
final class Lane {

    // With the receiver of an answer, while other houses wait.
    private static final long COURTESY = Duration.ofMillis(500).toNanos();

    private final ShardName shard;
    private final Backend.Kind kind;
    private final LoginSource logins;
    private final Function<PostgresLogin, PostgresConnections> opener;
    private final LaneSettings settings;
    private final BackgroundWork background;
    private final LaneTally tally;
    private final ShardPulse pulse;
    private final LanePool<Backend> pool;
    private final Set<Backend> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger generation = new AtomicInteger();
    private volatile @Nullable Way way;

    private record Way(PostgresLogin login, PostgresConnections connections) {}

    /**
     * @param opener makes connections with a login
     * @param background opens and closes connections
     * @param pulse is told what the server answers
     */
    Lane(
            ShardName shard,
            Backend.Kind kind,
            LoginSource logins,
            Function<PostgresLogin, PostgresConnections> opener,
            LaneSettings settings,
            BackgroundWork background,
            LaneTally tally,
            ShardPulse pulse) {
        this.pulse = pulse;
        this.shard = shard;
        this.kind = kind;
        this.logins = logins;
        this.opener = opener;
        // Takes time when it is done for the first time, which no request should wait for.
        var known = logins.known();
        this.way = known == null ? null : new Way(known, opener.apply(known));
        this.settings = settings;
        this.background = background;
        this.tally = tally;
        var bounds = new LanePool.Bounds(
                settings.connectionsPerLane(), settings.maxPendingAcquires(), settings.acquireTimeout());
        this.pool = new LanePool<>(bounds, this::connect, this::isWorn, this::farewell, tally);
    }

    /** Emits a connection, if there is one that acts as {@code role} already. */
    Mono<Backend> acquire(HouseId house, RoleName role) {
        return pool.acquire(house, backend -> backend.actsAs(role));
    }

    /** Gives back what {@link #acquire} emitted. */
    Mono<Void> release(Backend backend) {
        return Mono.fromRunnable(() -> giveBack(backend));
    }

    /** Says whether anybody waits for an answer of the server. */
    boolean owesAnswers() {
        return open.stream().anyMatch(Backend::owesAnswer);
    }

    /** Closes all connections, so that whoever waits for an answer gets an error. */
    Mono<Void> closeAll() {
        generation.incrementAndGet();
        return Flux.fromIterable(open).flatMap(Backend::close).then();
    }

    /** Gives back a connection whose work failed; a lost one takes the idle ones with it, none of which is trusted now. */
    Mono<Void> releaseAfter(Backend backend, Throwable failure) {
        // What was closed here says nothing of the others.
        if (SqlState.concernsOthers(failure) && !backend.isBroken()) {
            generation.incrementAndGet();
        } else if (failure instanceof PostgresqlException) {
            pulse.answered();
        }
        if (SqlState.endsSession(failure)) {
            backend.breakUp();
        }
        if (failure instanceof ShardError.RoleMismatch) {
            tally.mismatched();
            backend.breakUp();
        }
        return releaseUnfinished(backend);
    }

    /** Gives back a connection that was left in the middle of its work, once it is fit for the next. */
    Mono<Void> releaseUnfinished(Backend backend) {
        backend.answered();
        return backend.isBroken()
                ? release(backend)
                : backend.recover(settings.cancelGrace()).then(release(backend));
    }

    boolean hasRoom() {
        return pool.hasRoom();
    }

    int load() {
        var counts = pool.counts();
        return counts.inUse() + counts.pending();
    }

    ShardConnections counts() {
        return pool.counts();
    }

    /** Lets each idle connection take its last role anew. */
    Mono<Void> touchIdle() {
        return Flux.defer(() -> Flux.fromIterable(pool.takeIdle()))
                .flatMap(backend -> Flux.usingWhen(
                                Mono.just(backend),
                                Backend::touch,
                                this::release,
                                (_, _) -> broken(backend),
                                this::broken)
                        .onErrorComplete())
                .then();
    }

    /**
     * Closes the connections that owe an answer for too long, so that whoever waits for it gets an error, and refuses those
     * who have waited for a connection for too long. Who does not take an answer loses it sooner if other houses wait:
     * clients that read slowly are their own house's concern.
     */
    Mono<Void> closeOverdue() {
        var now = System.nanoTime();
        pool.expire(now);
        return Flux.fromIterable(open)
                .filter(backend -> backend.isOverdue(now) || isInTheWay(backend, now))
                .flatMap(this::cutOff)
                .then();
    }

    private boolean isInTheWay(Backend backend, long now) {
        return backend.waitsLongerThan(COURTESY, now) && pool.isWaitedForBesides(backend.lastHouse());
    }

    private Mono<Void> cutOff(Backend backend) {
        backend.breakUp();
        return backend.close();
    }

    /** Closes the idle connections at once and the others when they come back. */
    void close() {
        pool.close();
    }

    private void giveBack(Backend backend) {
        backend.answered();
        if (backend.isBroken()) {
            pool.discard(backend);
        } else {
            pulse.answered();
            pool.release(backend);
        }
    }

    private Mono<Void> broken(Backend backend) {
        backend.breakUp();
        return release(backend);
    }

    /** Does what is no request on a connection outside of the pool. */
    <T> Mono<T> apart(Function<PostgresqlConnection, Mono<T>> work) {
        return logins.current().flatMap(login -> apart(login, work));
    }

    /** @param patience with the server; how long a login is waited for is another matter */
    <T> Mono<T> apart(Duration patience, Function<PostgresqlConnection, Mono<T>> work) {
        return logins.current().flatMap(login -> apart(login, work).timeout(patience));
    }

    private <T> Mono<T> apart(PostgresLogin login, Function<PostgresqlConnection, Mono<T>> work) {
        return Mono.usingWhen(
                connected(login), work, connection -> connection.close().doFinally(_ -> logins.closed(login)));
    }

    private void connect() {
        var born = generation.get();
        background.start(
                "opening a connection to " + shard,
                connected(born)
                        // Another login took its place while this one was tried.
                        .onErrorResume(LoginChanged.class, _ -> connected(born))
                        .doOnNext(pool::opened)
                        .onErrorResume(failure ->
                                Mono.fromRunnable(() -> pool.failed(new ShardError.Unavailable(shard, failure))))
                        .then());
    }

    private Mono<Backend> connected(int born) {
        return logins.current()
                .flatMap(login -> connected(login).map(connection -> newBackend(connection, login, born)));
    }

    private Mono<PostgresqlConnection> connected(PostgresLogin login) {
        return Mono.defer(() -> {
                    logins.opening(login);
                    // Whoever looked for its connections before has taken it away.
                    return logins.isCurrent(login) ? way(login).connect() : Mono.error(new LoginChanged());
                })
                .onErrorMap(failure -> refusal(login, failure))
                .doFinally(end -> {
                    // Whoever left before it stood will not close it.
                    if (end == SignalType.CANCEL) {
                        logins.closed(login);
                    }
                });
    }

    private Throwable refusal(PostgresLogin login, Throwable failure) {
        logins.closed(login);
        if (SqlState.isLoginRefused(failure)) {
            logins.refused(login);
        }
        return logins.isCurrent(login) ? failure : new LoginChanged();
    }

    private PostgresConnections way(PostgresLogin login) {
        var known = way;
        if (known == null || !known.login().equals(login)) {
            known = new Way(login, opener.apply(login));
            way = known;
        }
        return known.connections();
    }

    /** The login was taken away while a connection was opened with it. */
    private static final class LoginChanged extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LoginChanged() {
            super("the login was replaced", null, false, false);
        }
    }

    private Backend newBackend(PostgresqlConnection connection, PostgresLogin login, int born) {
        var backend = new Backend(kind, connection, login, born, settings.endOfLife());
        open.add(backend);
        return backend;
    }

    private boolean isWorn(Backend backend) {
        return backend.isBroken()
                || backend.generation() != generation.get()
                || !logins.isCurrent(backend.login())
                || backend.housesServed() > settings.maxHouses()
                || backend.isPast(System.nanoTime());
    }

    private void farewell(Backend backend) {
        open.remove(backend);
        background.start(
                "closing a connection to " + shard, backend.close().doFinally(_ -> logins.closed(backend.login())));
    }
}
