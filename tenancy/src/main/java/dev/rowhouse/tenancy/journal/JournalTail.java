package dev.rowhouse.tenancy.journal;

import dev.rowhouse.tenancy.ShardName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Follows each shard's journal: its pages once for this process, while anyone listens, and shared with all of them. */
public final class JournalTail {

    private static final int PAGE = 1_000;
    private static final int BEHIND = 256;
    private static final Backlog BACKLOG = new Backlog(BEHIND, 32L << 20);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final long NOWHERE = -1;

    private final Journal journal;
    private final Map<ShardName, Flux<Measured>> tails = new ConcurrentHashMap<>();

    /** All listeners share a page, so it is measured once. */
    private record Measured(JournalPage page, long length) {

        static Measured of(JournalPage page) {
            return new Measured(
                    page,
                    page.entries().stream().mapToLong(JournalEntry::length).sum());
        }
    }

    public JournalTail(Journal journal) {
        this.journal = journal;
    }

    /**
     * Emits a page with each look from now on, without a change in it if there was none, and without end: while the shard
     * does not answer, nothing comes, and then what was missed.
     *
     * <p>A listener that falls {@value #BEHIND} pages or 32 Mi characters behind is cut by an error; it can read on from the
     * {@link Journal}.
     */
    public Flux<JournalPage> live(ShardName shard) {
        return BACKLOG.bound(tails.computeIfAbsent(shard, this::followed), Measured::length)
                .map(Measured::page);
    }

    private Flux<Measured> followed(ShardName shard) {
        return looks(shard, journal.beginning(shard), after -> journal.read(shard, after, PAGE), JournalPage::through)
                .map(Measured::of)
                .publish(1)
                .refCount();
    }

    /** Emits with each look from now on which relations have changed, as {@link #live} does, to this listener alone. */
    public Flux<JournalMarks> marks(ShardName shard) {
        return looks(
                shard, journal.beginningOfMarks(shard), after -> journal.marks(shard, after), JournalMarks::through);
    }

    private <T> Flux<T> looks(
            ShardName shard, Mono<T> beginning, LongFunction<Mono<T>> next, ToLongFunction<T> through) {
        return Flux.defer(() -> {
            var reached = new AtomicLong(NOWHERE);
            return Mono.defer(() -> {
                        var after = reached.get();
                        return after == NOWHERE ? beginning : next.apply(after);
                    })
                    .doOnNext(read -> reached.set(through.applyAsLong(read)))
                    .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE))
                    .repeatWhen(looks -> looks.delayUntil(_ -> Mono.delay(journal.pause(shard))));
        });
    }
}
