package dev.rowhouse.tenancy.shard;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Lends a bounded number of connections, in fair order among the owners of those who wait.
 *
 * <p>Two things make it differ from a pool off the shelf. Owners take turns: one that waits with a thousand requests delays
 * another by one turn. And each connection has a home, the event loop on which it was opened: who asks from there is lent it
 * first, so that a request and its statement need no second thread.
 *
 * <p>Everything is decided under one short lock and happens outside of it. Whoever ends something serves those who wait for
 * it, one thread at a time and in a loop, so that no stack grows with the line.
 *
 * @param <C> a connection; told apart by identity
 */
final class LanePool<C> {

    private final Bounds bounds;
    private final Runnable opener;
    private final Predicate<C> worn;
    private final Consumer<C> farewell;
    private final LaneTally tally;

    private final Object lock = new Object();
    private final List<Place<C>> places = new ArrayList<>();
    private final FairLine<LaneWaiter<C>> line;
    private final List<C> leaving = new ArrayList<>();
    private int opening;
    private long uses;
    private boolean closed;

    private final AtomicInteger turns = new AtomicInteger();

    /**
     * @param size connections at most
     * @param waiting requests in line at most; of one owner at most half of them
     */
    record Bounds(int size, int waiting, Duration patience) {}

    /**
     * @param opener begins to open a connection; whose end it tells by {@link #opened} or {@link #failed}
     * @param worn says of a connection that it is lent no more
     * @param farewell takes over a connection that is no longer of this pool
     */
    LanePool(Bounds bounds, Runnable opener, Predicate<C> worn, Consumer<C> farewell, LaneTally tally) {
        this.bounds = bounds;
        this.opener = opener;
        this.worn = worn;
        this.farewell = farewell;
        this.tally = tally;
        this.line = new FairLine<>(bounds.waiting());
    }

    /**
     * Emits a connection that the subscriber gives back by {@link #release} or {@link #discard}, or fails with {@link
     * LaneRefusal} or what opening failed with.
     *
     * @param owner with whose other requests this one stands in line
     * @param fits says of a connection that it would serve better than another
     */
    Mono<C> acquire(Object owner, Predicate<C> fits) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super C> actual) {
                actual.onSubscribe(new LaneWaiter<>(LanePool.this, owner, fits, bounds.patience(), actual));
            }
        };
    }

    /** Takes back a connection that is fit for the next. */
    void release(C connection) {
        settle(connection, false);
    }

    /** Takes back a connection that is fit for nobody. */
    void discard(C connection) {
        settle(connection, true);
    }

    /** Takes over a connection that the opener has opened, at home on the calling thread. */
    void opened(C connection) {
        boolean late;
        synchronized (lock) {
            opening--;
            late = closed;
            if (!late) {
                places.add(new Place<>(connection, Thread.currentThread(), ++uses));
            }
        }
        if (late) {
            farewell.accept(connection);
        }
        serve();
    }

    /** Learns that opening failed: everyone is told who has no connection to wait for, and one for whom none is opening. */
    void failed(Throwable failure) {
        var told = new ArrayList<LaneWaiter<C>>();
        synchronized (lock) {
            opening--;
            var staying = places.isEmpty() ? opening : Math.max(opening, line.size() - 1);
            while (line.size() > staying) {
                told.add(line.next(_ -> false));
            }
        }
        told.forEach(waiter -> tell(waiter, failure));
        serve();
    }

    /** Says whether anyone but the owner waits for a connection. */
    boolean isWaitedForBesides(@Nullable Object owner) {
        synchronized (lock) {
            return line.hasOthersThan(owner);
        }
    }

    /** Refuses those who have waited for too long and parts with what is worn; to be called now and then. */
    void expire(long now) {
        List<LaneWaiter<C>> late;
        synchronized (lock) {
            places.removeIf(place -> !place.lent && worn.test(place.connection) && leaving.add(place.connection));
            late = line.takeIf(waiter -> waiter.isLate(now));
        }
        late.forEach(waiter -> refuse(waiter, LaneRefusal.LATE));
        sayFarewell();
    }

    /** Lends all connections that nobody uses, as long as nobody waits. */
    List<C> takeIdle() {
        var idle = new ArrayList<C>();
        synchronized (lock) {
            for (var place : places) {
                if (!place.lent && line.size() == 0) {
                    place.lend();
                    idle.add(place.connection);
                }
            }
        }
        return idle;
    }

    /** Lends nothing more; connections that are lent leave when they come back. */
    void close() {
        List<LaneWaiter<C>> refused;
        synchronized (lock) {
            closed = true;
            refused = line.takeIf(_ -> true);
            for (var place : places) {
                if (!place.lent) {
                    leaving.add(place.connection);
                }
            }
            places.removeIf(place -> !place.lent);
        }
        refused.forEach(waiter -> tell(waiter, LaneRefusal.CLOSED.failure()));
        sayFarewell();
    }

    /** Says whether whoever came now would not wait, but for a connection to be opened. */
    boolean hasRoom() {
        synchronized (lock) {
            return line.size() == 0
                    && (places.size() + opening < bounds.size()
                            || places.stream().anyMatch(place -> !place.lent));
        }
    }

    ShardConnections counts() {
        synchronized (lock) {
            var lent = (int) places.stream().filter(place -> place.lent).count();
            return new ShardConnections(places.size(), lent, places.size() - lent, line.size());
        }
    }

    private void settle(C connection, boolean unfit) {
        boolean leaves;
        synchronized (lock) {
            leaves = leaves(lent(connection), unfit);
        }
        if (leaves) {
            farewell.accept(connection);
        }
        serve();
    }

    private boolean leaves(Place<C> place, boolean unfit) {
        if (unfit || closed || worn.test(place.connection)) {
            places.remove(place);
            return true;
        }
        place.lent = false;
        place.lastUse = ++uses;
        return false;
    }

    private Place<C> lent(C connection) {
        for (var place : places) {
            if (place.connection == connection && place.lent) {
                return place;
            }
        }
        throw new IllegalStateException("a connection was given back that is not lent");
    }

    /** Lends to one who asks, or lets it join the line. */
    void enter(LaneWaiter<C> waiter) {
        Place<C> place = null;
        LaneRefusal refusal = null;
        var opens = false;
        synchronized (lock) {
            if (closed) {
                refusal = LaneRefusal.CLOSED;
            } else if (line.size() == 0) {
                place = idleFor(waiter);
                opens = place != null && wantsHome(waiter.home());
                opening += opens ? 1 : 0;
            }
            // Who has gone meanwhile is told so, which nobody hears, and takes no place in the line.
            if (place == null && refusal == null && (waiter.hasEnded() || !line.join(waiter.owner(), waiter))) {
                refusal = LaneRefusal.FULL;
            }
        }
        sayFarewell();
        if (opens) {
            open();
        }
        if (place != null) {
            hand(place, waiter);
        } else if (refusal != null) {
            refuse(waiter, refusal);
        } else {
            serve();
        }
    }

    private void refuse(LaneWaiter<C> waiter, LaneRefusal refusal) {
        tally.refused();
        tell(waiter, refusal.failure());
    }

    /** Forgets one who does not wait any more. */
    void leave(LaneWaiter<C> waiter) {
        synchronized (lock) {
            line.leave(waiter.owner(), waiter);
        }
    }

    private void serve() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        var missed = 1;
        do {
            while (serveOne()) {}
            missed = turns.addAndGet(-missed);
        } while (missed != 0);
    }

    private boolean serveOne() {
        LaneWaiter<C> waiter = null;
        Place<C> place;
        synchronized (lock) {
            place = line.size() == 0 ? null : idleFor(null);
            if (place != null) {
                var home = place.home;
                waiter = line.next(one -> one.home() == home);
            } else if (opening < Math.min(line.size(), bounds.size() - places.size())) {
                opening++;
            } else {
                return false;
            }
        }
        sayFarewell();
        if (waiter != null && place != null) {
            tally.waited(System.nanoTime() - waiter.since());
            hand(place, waiter);
        } else {
            open();
        }
        return true;
    }

    // What is thrown by one who is served must not end the serving of all others, nor cost them the connection.
    private void hand(Place<C> place, LaneWaiter<C> waiter) {
        var loan = place.loans;
        var taken = false;
        try {
            taken = waiter.serve(place.connection);
        } catch (RuntimeException | Error failure) {
            recall(place, loan);
            Operators.onErrorDropped(failure, Context.empty());
            return;
        }
        if (!taken) {
            release(place.connection);
        }
    }

    private static void tell(LaneWaiter<?> waiter, Throwable failure) {
        try {
            waiter.fail(failure);
        } catch (RuntimeException | Error thrown) {
            Operators.onErrorDropped(thrown, Context.empty());
        }
    }

    // Unless it came back already, and perhaps went to another.
    private void recall(Place<C> place, long loan) {
        boolean leaves;
        synchronized (lock) {
            leaves = place.lent && place.loans == loan && leaves(place, true);
        }
        if (leaves) {
            farewell.accept(place.connection);
        }
        serve();
    }

    private void open() {
        try {
            opener.run();
        } catch (RuntimeException failure) {
            failed(failure);
        }
    }

    /** Lends the idle connection that serves best: one that fits, then one at home with the waiter, then the warmest. */
    private @Nullable Place<C> idleFor(@Nullable LaneWaiter<C> waiter) {
        Place<C> best = null;
        var bestRank = 0;
        for (var index = places.size() - 1; index >= 0; index--) {
            var place = places.get(index);
            if (place.lent) {
                continue;
            }
            if (worn.test(place.connection)) {
                leaving.add(places.remove(index).connection);
                continue;
            }
            var rank = waiter == null ? 0 : waiter.rank(place.connection, place.home);
            if (best == null || rank > bestRank || rank == bestRank && place.lastUse > best.lastUse) {
                best = place;
                bestRank = rank;
            }
        }
        if (best != null) {
            best.lend();
        }
        return best;
    }

    private boolean wantsHome(Thread home) {
        return home instanceof FastThreadLocalThread
                && places.size() + opening < bounds.size()
                && places.stream().noneMatch(place -> place.home == home);
    }

    private void sayFarewell() {
        List<C> gone;
        synchronized (lock) {
            if (leaving.isEmpty()) {
                return;
            }
            gone = List.copyOf(leaving);
            leaving.clear();
        }
        gone.forEach(farewell);
    }

    private static final class Place<C> {

        private final C connection;
        private final Thread home;
        private boolean lent;
        private long loans;
        private long lastUse;

        Place(C connection, Thread home, long lastUse) {
            this.connection = connection;
            this.home = home;
            this.lastUse = lastUse;
        }

        void lend() {
            lent = true;
            loans++;
        }
    }
}
