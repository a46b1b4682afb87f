package dev.rowhouse.tenancy.freshness;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When this process last ended a write of a house, by relation; on the clock of {@link System#nanoTime}. */
final class OwnWrites {

    private static final String ANY = "";

    private final Map<String, Long> last = new ConcurrentHashMap<>();

    /** @param relations null if it may be any */
    void add(@Nullable Set<String> relations, long ended) {
        for (var relation : relations == null ? Set.of(ANY) : relations) {
            last.merge(relation, ended, OwnWrites::later);
        }
    }

    /** Returns the last write of the relations that ended at {@code asOf} or later; null if there is none. */
    @Nullable
    Long lastUntold(Collection<String> relations, long asOf) {
        var found = untold(ANY, asOf);
        for (var relation : relations) {
            var untold = untold(relation, asOf);
            if (untold != null) {
                found = found == null ? untold : later(found, untold);
            }
        }
        return found;
    }

    private @Nullable Long untold(String relation, long asOf) {
        var ended = last.get(relation);
        if (ended != null && asOf - ended > 0) {
            last.remove(relation, ended);
            return null;
        }
        return ended;
    }

    private static Long later(Long one, Long other) {
        return one - other > 0 ? one : other;
    }
}
