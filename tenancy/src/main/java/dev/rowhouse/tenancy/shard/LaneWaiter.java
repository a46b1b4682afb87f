package dev.rowhouse.tenancy.shard;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** One request for a connection: it ends once, by a connection, a failure or because whoever asked went away. */
final class LaneWaiter<C> implements Subscription {

    private enum State {
        NEW,
        WAITING,
        ENDED
    }

    private final LanePool<C> pool;
    private final Object owner;
    private final Predicate<C> fits;
    private final CoreSubscriber<? super C> actual;
    private final Thread home = Thread.currentThread();
    private final long since;
    private final long due;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    /** @param patience for how long it waits */
    LaneWaiter(LanePool<C> pool, Object owner, Predicate<C> fits, Duration patience, CoreSubscriber<? super C> actual) {
        this.pool = pool;
        this.owner = owner;
        this.fits = fits;
        this.since = System.nanoTime();
        this.due = since + patience.toNanos();
        this.actual = actual;
    }

    Object owner() {
        return owner;
    }

    /** Returns when it began to ask, in the time of {@link System#nanoTime}. */
    long since() {
        return since;
    }

    /** Returns the thread that asked. */
    Thread home() {
        return home;
    }

    /** Returns how well a connection would serve it. */
    int rank(C connection, Thread itsHome) {
        return (fits.test(connection) ? 2 : 0) + (home == itsHome ? 1 : 0);
    }

    boolean isLate(long now) {
        return now - due > 0;
    }

    boolean hasEnded() {
        return state.get() == State.ENDED;
    }

    /** Says whether the connection was taken. */
    boolean serve(C connection) {
        if (!end()) {
            return false;
        }
        actual.onNext(connection);
        actual.onComplete();
        return true;
    }

    void fail(Throwable failure) {
        if (end()) {
            actual.onError(failure);
        }
    }

    private boolean end() {
        return state.compareAndSet(State.WAITING, State.ENDED);
    }

    @Override
    public void request(long count) {
        if (Operators.validate(count) && state.compareAndSet(State.NEW, State.WAITING)) {
            pool.enter(this);
        }
    }

    @Override
    public void cancel() {
        if (state.getAndSet(State.ENDED) == State.WAITING) {
            pool.leave(this);
        }
    }
}
