package dev.rowhouse.tenancy.directory;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an operator may set for one tenant in place of what its plan says. */
public enum Quota {
    REQUESTS_PER_SECOND(1_000_000),
    BURST(10_000_000),
    CONCURRENT_REQUESTS(100_000),
    STATEMENT_MS_PER_SECOND(1_000_000);

    private final long most;

    Quota(long most) {
        this.most = most;
    }

    /** Returns the quota of that label, or null if there is none. */
    public static @Nullable Quota of(String label) {
        return Arrays.stream(values())
                .filter(quota -> quota.label().equals(label))
                .findFirst()
                .orElse(null);
    }

    /** Returns the name as it is stored and told, such as {@code requests_per_second}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public long most() {
        return most;
    }

    public boolean allows(long value) {
        return value >= 1 && value <= most;
    }
}
