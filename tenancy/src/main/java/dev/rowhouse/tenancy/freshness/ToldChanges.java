package dev.rowhouse.tenancy.freshness;

import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.journal.JournalPage;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the journal of one shard has told since it began to: the last change of each relation.
 *
 * @param from the first position since which every change is known
 * @param through the last position up to which every change is known
 * @param asOf what was committed before is known
 * @param last positions by house and relation; shared with those that come after
 */
record ToldChanges(long from, long through, long asOf, Map<HouseId, Map<String, Long>> last) {

    private static final int MOST_HOUSES = 50_000;

    /** Returns what is known after the page; null if that is no beginning. */
    static @Nullable ToldChanges after(@Nullable ToldChanges before, JournalPage page) {
        if (before == null || before.last().size() > MOST_HOUSES) {
            return page.asOf() == null ? null : begun(page.through(), page.asOf());
        }
        // First what changed, then up to where it is known: who sees the one must see the other.
        page.entries().forEach(before::add);
        return new ToldChanges(
                before.from(), page.through(), Objects.requireNonNullElse(page.asOf(), before.asOf()), before.last());
    }

    private static ToldChanges begun(long position, long asOf) {
        return new ToldChanges(position, position, asOf, new ConcurrentHashMap<>());
    }

    private void add(JournalEntry entry) {
        last.computeIfAbsent(entry.house(), _ -> new ConcurrentHashMap<>())
                .merge(entry.relation(), entry.position(), Math::max);
    }

    /** Returns the position of the last known change of the relation, zero if none is known. */
    long lastOf(HouseId house, String relation) {
        var relations = last.get(house);
        return relations == null ? 0 : relations.getOrDefault(relation, 0L);
    }
}
