package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.secrets.DataSeal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The records that consumers could not take, to be looked at, handled again or dropped. */
public final class DeadLetters {

    // Batches in work are waited for, and new ones wait for this.
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(:consumer, 7241))";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration HANDLED_WITHIN = Duration.ofSeconds(5);

    private final Database database;
    private final DeadLetterRows rows;
    private final Map<String, EventHandler> handlers = new ConcurrentHashMap<>();

    /**
     * What a replay has come to.
     *
     * @param delivered handled, and dead no more
     * @param left dead letters of the key that remain
     * @param error what the first of these failed with; null if none did
     */
    public record Replay(int delivered, long left, @Nullable String error) {}

    private record Step(boolean delivered, @Nullable String error) {}

    /** Letters that lie open. */
    public DeadLetters(Database database) {
        this(database, DataSeal.none());
    }

    /**
     * @param database of the inbox
     * @param seal of the letters' values; while it cannot be had, nothing is set aside and consumers wait
     */
    public DeadLetters(Database database, DataSeal seal) {
        this.database = database;
        this.rows = new DeadLetterRows(database, seal);
    }

    DeadLetterRows rows() {
        return rows;
    }

    /** Takes note of who handles a consumer's dead letters in this process. */
    public void register(Subscription subscription) {
        handlers.put(subscription.consumer(), subscription.handler());
    }

    /**
     * Emits dead letters in the order they died in, their values as they are stored.
     *
     * @param consumer whose; null for all
     * @param key of the records; null for all
     */
    public Flux<DeadLetter> list(@Nullable String consumer, @Nullable String key, int limit, long after) {
        return rows.list(consumer, key, limit, after);
    }

    /** Emits the dead letter of that id, or nothing. */
    public Mono<DeadLetter> find(long id) {
        return rows.find(id).flatMap(rows::opened);
    }

    /** Wraps data keys anew that an earlier version of their key has wrapped; emits of how many letters. */
    public Mono<Long> rewrap() {
        return rows.rewrap();
    }

    /**
     * Handles a dead letter again, and in order those behind it, until one fails. Fails with a {@link DeadLetterError} where
     * that cannot be tried; emits nothing if there is no such letter.
     */
    public Mono<Replay> replay(long id) {
        return rows.find(id).flatMap(letter -> {
            var handler = handlers.get(letter.consumer());
            if (handler == null) {
                return Mono.error(new DeadLetterError.NoConsumer(letter));
            }
            return first(letter)
                    .flatMap(first -> first.id() == id
                            ? replayed(letter, handler)
                            : Mono.error(new DeadLetterError.NotFirst(letter, first)));
        });
    }

    /** Drops a dead letter; if it was the first of its key, those behind it are handled. Emits nothing if there is none. */
    public Mono<Replay> discard(long id) {
        return rows.find(id)
                .flatMap(letter -> first(letter)
                        .flatMap(first -> rows.remove(id)
                                .filter(removed -> removed)
                                .flatMap(_ ->
                                        first.id() == id ? followers(letter) : left(letter, new Replay(0, 0, null)))));
    }

    private Mono<DeadLetter> first(DeadLetter letter) {
        var key = letter.key();
        return key == null ? Mono.just(letter) : rows.first(letter.consumer(), key);
    }

    private Mono<Replay> followers(DeadLetter gone) {
        var handler = handlers.get(gone.consumer());
        return gone.key() == null || handler == null ? left(gone, new Replay(0, 0, null)) : replayed(gone, handler);
    }

    private Mono<Replay> replayed(DeadLetter letter, EventHandler handler) {
        return step(letter, handler)
                .repeat()
                .takeUntil(step -> !step.delivered() || letter.key() == null)
                .reduce(
                        new Replay(0, 0, null),
                        (replay, step) -> new Replay(replay.delivered() + (step.delivered() ? 1 : 0), 0, step.error()))
                .flatMap(replay -> left(letter, replay));
    }

    private Mono<Replay> left(DeadLetter letter, Replay replay) {
        var key = letter.key();
        var left = key == null
                ? rows.find(letter.id()).hasElement().map(there -> there ? 1L : 0L)
                : rows.count(letter.consumer(), key);
        return left.map(count -> new Replay(replay.delivered(), count, replay.error()));
    }

    /** Handles the first letter of the key in a transaction of its own; none is delivered when none is left. */
    private Mono<Step> step(DeadLetter letter, EventHandler handler) {
        return Mono.defer(() -> database.client()
                        .sql(LOCK)
                        .bind("consumer", letter.consumer())
                        .then()
                        .then(Mono.defer(() -> letter.key() == null ? rows.find(letter.id()) : first(letter)))
                        .flatMap(rows::opened)
                        .flatMap(first -> handled(first, handler)))
                .as(database::transaction)
                .timeout(PATIENCE)
                .onErrorResume(
                        HandlerFailed.class,
                        failed -> rows.failed(failed.id, failed.reason)
                                .thenReturn(new Step(false, DeadLetterRows.error(failed.reason))))
                .defaultIfEmpty(new Step(false, null));
    }

    private Mono<Step> handled(DeadLetter letter, EventHandler handler) {
        return Mono.fromSupplier(() -> List.of(letter.delivery().event()))
                .flatMap(handler::handle)
                .timeout(HANDLED_WITHIN)
                .onErrorMap(failure -> new HandlerFailed(letter.id(), failure))
                .then(rows.remove(letter.id()))
                .thenReturn(new Step(true, null));
    }

    /** Rolls a replay's transaction back. */
    private static final class HandlerFailed extends RuntimeException {

        private final long id;
        private final Throwable reason;

        HandlerFailed(long id, Throwable reason) {
            super(reason);
            this.id = id;
            this.reason = reason;
        }
    }
}
