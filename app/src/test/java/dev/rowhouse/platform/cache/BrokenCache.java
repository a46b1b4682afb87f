package dev.rowhouse.platform.cache;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps values under a text that anyone may put together. */
public final class BrokenCache {

    private final Map<String, String> values = new HashMap<>();

    public @Nullable String get(String key) {
        return values.get(key);
    }
}
