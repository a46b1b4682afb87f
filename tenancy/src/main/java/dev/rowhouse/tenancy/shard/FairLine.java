package dev.rowhouse.tenancy.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait, in fair order: owners take turns, and each owner's own come in the order in which they joined. Not safe
 * for several threads.
 *
 * @param <W> one who waits; told apart by identity
 */
final class FairLine<W> {

    /** How often in a row the longest waiter of an owner lets one pass who is preferred. */
    private static final int COURTESY = 4;

    private static final class Own<W> {
        private final ArrayDeque<W> waiters = new ArrayDeque<>();
        private int overtaken;
    }

    private final int most;
    private final Map<Object, Own<W>> owners = new LinkedHashMap<>();
    private int size;

    /** @param most how many wait at most; of one owner at most half of them */
    FairLine(int most) {
        this.most = most;
    }

    int size() {
        return size;
    }

    /** Says whether anyone waits who is not the owner's. */
    boolean hasOthersThan(@Nullable Object owner) {
        return owners.size() > 1 || owners.size() == 1 && !owners.containsKey(owner);
    }

    /** Says whether there was room to join. */
    boolean join(Object owner, W waiter) {
        var own = owners.get(owner);
        if (size >= most || own != null && own.waiters.size() >= Math.max(1, most / 2)) {
            return false;
        }
        owners.computeIfAbsent(owner, _ -> new Own<>()).waiters.add(waiter);
        size++;
        return true;
    }

    void leave(Object owner, W waiter) {
        var own = owners.get(owner);
        if (own != null && own.waiters.remove(waiter)) {
            size--;
            if (own.waiters.isEmpty()) {
                owners.remove(owner);
            }
        }
    }

    /**
     * Removes whose turn it is, of a line that is not empty: of the owner whose turn it is the first who is preferred, or
     * the longest waiter if there is none or if it has let others pass often enough.
     */
    W next(Predicate<W> preferred) {
        var first = owners.entrySet().iterator().next();
        var owner = first.getKey();
        var own = first.getValue();
        var next = chosen(own, preferred);
        own.waiters.remove(next);
        owners.remove(owner);
        size--;
        if (!own.waiters.isEmpty()) {
            owners.put(owner, own);
        }
        return next;
    }

    /** Removes and returns all of whom it is true. */
    List<W> takeIf(Predicate<W> condition) {
        var taken = new ArrayList<W>();
        owners.values().forEach(own -> own.waiters.removeIf(waiter -> condition.test(waiter) && taken.add(waiter)));
        owners.values().removeIf(own -> own.waiters.isEmpty());
        size -= taken.size();
        return taken;
    }

    private W chosen(Own<W> own, Predicate<W> preferred) {
        var longest = own.waiters.getFirst();
        if (own.overtaken < COURTESY && !preferred.test(longest)) {
            for (var waiter : own.waiters) {
                if (preferred.test(waiter)) {
                    own.overtaken++;
                    return waiter;
                }
            }
        }
        own.overtaken = 0;
        return longest;
    }
}
