package dev.rowhouse.tenancy.journal;

import dev.rowhouse.platform.database.Database;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Up to which position a journal can be read without ever missing one below.
 *
 * <p>Positions are drawn in transactions that commit in any order, so the newest that can be seen says nothing of those
 * before it. Hence three looks, each after the other: the last position drawn; then a transaction id of our own, which is
 * above that of every transaction that has drawn one by then; then, until it is so, whether all below that id have ended.
 * While nobody draws positions, no transaction id is drawn either.
 */
final class Horizon {

    private static final String LAST =
            "SELECT CASE WHEN is_called THEN last_value END AS position FROM rowhouse.journal_position";
    private static final String OWN = "SELECT pg_catalog.pg_current_xact_id()::text AS id";
    private static final String ENDED =
            "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) >= :id::xid8 AS ended";

    /**
     * With a statement, or a look: the server ends each statement after 10 s, and whoever does not hear of that is not heard of
     * any more. All wait for the one look, so one that is never answered must end.
     */
    static final Duration PATIENCE = Duration.ofSeconds(12);

    /** Positions from one row of the journal to the next. */
    static final int STEP = 2_048;

    /**
     * @param position everything up to it can be read
     * @param asOf on the clock of {@link System#nanoTime}: whatever was committed before is up to that position
     */
    record Reach(long position, long asOf) {}

    /**
     * @param drawn as far as will be safe once the transactions below {@code id} have ended; null when none are waited for
     */
    private record State(Reach safe, Reach drawn, @Nullable String id) {

        static State at(Reach safe) {
            return new State(safe, safe, null);
        }
    }

    // Until the first one is known: nothing can be read.
    private static final Reach NONE = new Reach(0, 0);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** From one look to the next where nothing changes: still short for who waits for a change. */
    static final Duration QUIET_PAUSE = Duration.ofMillis(60);

    private static final long QUIET = Duration.ofSeconds(1).toNanos();

    private final Database shard;
    private volatile State state = State.at(NONE);
    private volatile long moved = System.nanoTime();
    private final AtomicReference<@Nullable Mono<Reach>> look = new AtomicReference<>();

    Horizon(Database shard) {
        this.shard = shard;
    }

    /** Looks, or waits for the answer of whoever looks already. */
    Mono<Reach> reach() {
        return Mono.defer(() -> {
            var running = look.get();
            if (running != null) {
                return running;
            }
            var own =
                    advanced().timeout(PATIENCE).doFinally(_ -> look.set(null)).cache();
            return look.compareAndSet(null, own) ? own : reach();
        });
    }

    /** Returns how long to wait with the next look. A shard on which nothing changes is spared two of three. */
    Duration pause() {
        return state.id() == null && System.nanoTime() - moved > QUIET ? QUIET_PAUSE : PAUSE;
    }

    /** Looks until it is known how far everything can be read: until what was under way at the first look has ended. */
    Mono<Reach> known() {
        return reach().filter(reach -> reach != NONE).repeatWhenEmpty(looks -> looks.delayElements(PAUSE));
    }

    /** Returns for how long what was drawn has waited for transactions to end. */
    Duration age() {
        var now = state;
        return now.id() == null
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - now.drawn().asOf());
    }

    private Mono<Reach> advanced() {
        return Mono.defer(() -> state.id() == null ? drawn() : Mono.just(state))
                .flatMap(this::ended)
                .doOnNext(next -> state = next)
                .map(State::safe);
    }

    private Mono<State> drawn() {
        return Mono.defer(() -> {
            var begun = System.nanoTime();
            return shard.client()
                    .sql(LAST)
                    .map(row -> new Reach(last(row.get("position", Long.class)), begun))
                    .one()
                    .flatMap(this::awaited);
        });
    }

    private Mono<State> awaited(Reach last) {
        var safe = state.safe();
        if (last.position() == safe.position()) {
            return Mono.just(State.at(last));
        }
        moved = System.nanoTime();
        return shard.client()
                .sql(OWN)
                .map(row -> new State(safe, last, row.get("id", String.class)))
                .one();
    }

    // The last row of the journal may hold as many rows as fit before the next.
    private static long last(@Nullable Long position) {
        return position == null ? 0 : position + STEP - 1;
    }

    private Mono<State> ended(State waiting) {
        var id = waiting.id();
        if (id == null) {
            return Mono.just(waiting);
        }
        return shard.client()
                .sql(ENDED)
                .bind("id", id)
                .map(row -> Boolean.TRUE.equals(row.get("ended", Boolean.class)))
                .one()
                .map(ended -> ended ? State.at(waiting.drawn()) : waiting);
    }
}
