package dev.rowhouse.platform.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/** The questions whose answers were too large to be kept the last time: nobody tries again for a while. */
final class LargeAnswers {

    private static final int MOST = 10_000;

    private final Cache<CacheKey, Boolean> keys;

    LargeAnswers(Duration remembered) {
        this.keys = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(remembered)
                .build();
    }

    boolean contains(CacheKey key) {
        return keys.getIfPresent(key) != null;
    }

    void add(CacheKey key) {
        keys.put(key, true);
    }
}
