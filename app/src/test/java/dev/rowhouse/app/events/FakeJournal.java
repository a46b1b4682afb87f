package dev.rowhouse.app.events;

import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.Change;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.journal.JournalPage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A journal in memory: what is written is there to be read, and is told to those who listen, after a moment. */
final class FakeJournal implements Changes {

    private static final int BEHIND = 256;

    private final List<JournalEntry> entries = new ArrayList<>();
    private final Sinks.Many<JournalPage> told = Sinks.many().multicast().directBestEffort();
    private final Duration moment;
    private volatile long oldest = 1;

    FakeJournal(Duration moment) {
        this.moment = moment;
    }

    void write(HouseId house, int row) {
        write(house, "item", Change.INSERT, "{\"id\":" + row + "}", null, "{\"id\":" + row + "}");
    }

    synchronized void write(
            HouseId house,
            String relation,
            Change change,
            @Nullable String key,
            @Nullable String before,
            @Nullable String after) {
        var position = entries.size() + 1L;
        var entry = new JournalEntry(
                position, house, relation, change, key, before, after, "{}", null, null, position, Instant.EPOCH);
        entries.add(entry);
        told.tryEmitNext(new JournalPage(List.of(entry), position));
    }

    /** Forgets all that came before the position. */
    void forget(long before) {
        oldest = before;
    }

    void fail() {
        told.tryEmitError(new IllegalStateException("fell behind"));
    }

    @Override
    public Mono<JournalPage> read(ShardName shard, long after, int limit) {
        return later(Mono.fromSupplier(() -> page(after, limit)));
    }

    private synchronized JournalPage page(long after, int limit) {
        var from = (int) Math.min(after, entries.size());
        var some = List.copyOf(entries.subList(from, Math.min(entries.size(), from + limit)));
        return new JournalPage(some, from + some.size(), some.size() < limit ? System.nanoTime() : null);
    }

    @Override
    public Mono<Long> horizon(ShardName shard) {
        return later(Mono.fromSupplier(() -> page(Long.MAX_VALUE, 0).through()));
    }

    @Override
    public Mono<Long> oldest(ShardName shard) {
        return Mono.fromSupplier(() -> oldest);
    }

    @Override
    public Flux<JournalPage> live(ShardName shard) {
        // As the tail: begins with where it is, a moment after it is asked; who falls behind is cut, never skipped.
        return Flux.merge(
                told.asFlux().onBackpressureBuffer(BEHIND), later(Mono.fromSupplier(() -> page(Long.MAX_VALUE, 0))));
    }

    private <T> Mono<T> later(Mono<T> now) {
        return moment.isZero() ? now : Mono.delay(moment).then(now);
    }
}
