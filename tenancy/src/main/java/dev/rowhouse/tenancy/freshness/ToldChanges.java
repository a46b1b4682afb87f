package dev.rowhouse.tenancy.freshness;

import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.journal.JournalMarks;
import dev.rowhouse.tenancy.journal.JournalMarks.Mark;
import java.util.Map;
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

    /** Returns what is known after the marks. */
    static ToldChanges after(@Nullable ToldChanges before, JournalMarks told) {
        if (before == null || before.last().size() > MOST_HOUSES) {
            return new ToldChanges(told.through(), told.through(), told.asOf(), new ConcurrentHashMap<>());
        }
        // First what changed, then up to where it is known: who sees the one must see the other.
        told.marks().forEach(before::add);
        return new ToldChanges(before.from(), told.through(), told.asOf(), before.last());
    }

    private void add(Mark mark) {
        last.computeIfAbsent(mark.house(), _ -> new ConcurrentHashMap<>())
                .merge(mark.relation(), mark.position(), Math::max);
    }

    /** Returns the position of the last known change of the relation, zero if none is known. */
    long lastOf(HouseId house, String relation) {
        var relations = last.get(house);
        return relations == null ? 0 : relations.getOrDefault(relation, 0L);
    }
}
