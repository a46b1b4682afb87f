package dev.rowhouse.platform.cache;

import dev.rowhouse.platform.crypto.Fingerprint;
import org.jspecify.annotations.Nullable;

/**
 * What an entry answers, in full: two keys are equal only if their scopes and all their parts are, whatever characters the
 * parts are made of.
 */
public final class CacheKey {

    private static final String PREFIX = "rowhouse:cache:";

    private final CacheScope scope;
    private final String text;

    private CacheKey(CacheScope scope, String text) {
        this.scope = scope;
        this.text = text;
    }

    /** Begins a key. There is no other way to one. */
    public static Builder in(CacheScope scope) {
        return new Builder(scope);
    }

    /** Adds one part after the other; each is written behind its length, so none can pass for two. */
    public static final class Builder {

        private static final String NONE = "-:";

        private final CacheScope scope;
        private final StringBuilder text = new StringBuilder();

        private Builder(CacheScope scope) {
            this.scope = scope;
        }

        /** @param part null is a part of its own */
        public Builder with(@Nullable String part) {
            if (part == null) {
                text.append(NONE);
            } else {
                text.append(part.length()).append(':').append(part);
            }
            return this;
        }

        public CacheKey build() {
            return new CacheKey(scope, text.toString());
        }
    }

    public CacheScope scope() {
        return scope;
    }

    /** Returns the parts, each behind its length. */
    String text() {
        return text;
    }

    /** Returns the name in Redis: of a stated length and alphabet, whatever the parts are. */
    String redisName() {
        return PREFIX + scope.value() + ":" + Fingerprint.of(text).hex();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CacheKey key && text.equals(key.text) && scope.equals(key.scope);
    }

    @Override
    public int hashCode() {
        return text.hashCode() * 31 + scope.hashCode();
    }

    @Override
    public String toString() {
        return scope.value() + " " + text;
    }
}
