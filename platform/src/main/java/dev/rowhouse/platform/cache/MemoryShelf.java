package dev.rowhouse.platform.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What this process keeps. A scope whose room is full loses the oldest of its own, whatever there is of others. */
final class MemoryShelf {

    // Nothing is kept for longer than this without being asked for.
    private static final Duration IDLE = Duration.ofMinutes(15);

    private final long perScope;
    private final Map<CacheScope, Room> rooms = new ConcurrentHashMap<>();
    private final Cache<CacheKey, Kept> all;

    MemoryShelf(CacheBounds bounds) {
        this.perScope = bounds.bytesPerScope();
        this.all = Caffeine.newBuilder()
                .maximumWeight(bounds.bytes())
                .weigher((CacheKey key, Kept kept) -> kept.weight(key))
                .expireAfterAccess(IDLE)
                .evictionListener(this::evicted)
                .build();
    }

    @Nullable
    Kept get(CacheKey key) {
        return all.getIfPresent(key);
    }

    void put(CacheKey key, Kept kept) {
        all.put(key, kept);
        var leaving = new ArrayList<CacheKey>();
        rooms.compute(key.scope(), (_, room) -> {
            var entered = room == null ? new Room() : room;
            leaving.addAll(entered.enter(key, kept.weight(key), perScope));
            return entered;
        });
        all.invalidateAll(leaving);
    }

    private void evicted(@Nullable CacheKey key, @Nullable Kept kept, RemovalCause cause) {
        if (key != null) {
            rooms.computeIfPresent(key.scope(), (_, room) -> room.leave(key) ? null : room);
        }
    }

    /** Returns about how many bytes are kept. */
    long bytes() {
        all.cleanUp();
        return all.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** Returns about how many bytes of the scope are kept. */
    long bytes(CacheScope scope) {
        var room = rooms.get(scope);
        return room == null ? 0 : room.bytes.get();
    }

    /** Who of one scope is here, the oldest first; touched by one at a time. */
    private static final class Room {

        private final LinkedHashMap<CacheKey, Integer> weights = new LinkedHashMap<>();
        private final AtomicLong bytes = new AtomicLong();

        /** Returns who has to leave for it. */
        List<CacheKey> enter(CacheKey key, int weight, long most) {
            leave(key);
            weights.put(key, weight);
            bytes.addAndGet(weight);
            var leaving = new ArrayList<CacheKey>();
            while (bytes.get() > most) {
                var oldest = weights.firstEntry().getKey();
                leave(oldest);
                leaving.add(oldest);
            }
            return leaving;
        }

        /** Returns whether nobody is left. */
        boolean leave(CacheKey key) {
            var weight = weights.remove(key);
            bytes.addAndGet(weight == null ? 0 : -weight);
            return weights.isEmpty();
        }
    }
}
