package dev.rowhouse.platform.cache;

import java.util.regex.Pattern;

/** Whose entries these are: what one scope keeps takes no room from another. */
public record CacheScope(String value) {

    private static final Pattern VALID = Pattern.compile("[a-z0-9_-]{1,64}");

    public CacheScope {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException("cache scope: '" + value + "' (expected: " + VALID + ")");
        }
    }
}
