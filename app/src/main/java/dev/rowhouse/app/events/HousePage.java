package dev.rowhouse.app.events;

import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.journal.JournalPage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The changes of one house on a page of its shard's journal, and what was found out about them so far: the first stream that
 * asks has it found out, all others of the same sight share the answer.
 */
final class HousePage implements Signal {

    private final List<JournalEntry> entries;
    private final boolean cut;
    private final long through;
    private final long length;
    private final Map<Sight, Mono<List<Seen>>> seen = new ConcurrentHashMap<>();
    private final Map<CallerClass, Mono<Readable>> readable = new ConcurrentHashMap<>();

    private HousePage(List<JournalEntry> entries, boolean cut, long through) {
        this.entries = entries;
        this.cut = cut;
        this.through = through;
        this.length = entries.stream().mapToLong(JournalEntry::length).sum();
    }

    static HousePage of(JournalPage page, HouseId house) {
        var own = page.entries().stream()
                .filter(entry -> entry.house().equals(house))
                .toList();
        return new HousePage(own, page.isCut(), page.through());
    }

    /** Says whether more could be read at once. */
    boolean isCut() {
        return cut;
    }

    /** Says whether none of them is of this house. */
    boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public long through() {
        return through;
    }

    @Override
    public long length() {
        return length;
    }

    /** Returns the names of the relations that have changed. */
    List<String> relations() {
        return entries.stream().map(JournalEntry::relation).distinct().toList();
    }

    List<JournalEntry> of(String relation) {
        return entries.stream()
                .filter(entry -> entry.relation().equals(relation))
                .toList();
    }

    /** Emits what is to be seen by {@code sight}, in order; asks {@code question} only if nobody has before. */
    Mono<List<Seen>> seen(Sight sight, Function<Sight, Mono<List<Seen>>> question) {
        return seen.computeIfAbsent(sight, first -> question.apply(first).cache());
    }

    /** Emits what callers of the class may read; asks {@code question} only if nobody has before. */
    Mono<Readable> readable(CallerClass callerClass, Mono<Readable> question) {
        return readable.computeIfAbsent(callerClass, _ -> question.cache());
    }
}
