package dev.rowhouse.tenancy.onboarding;

import java.time.Duration;

/**
 * How houses are kept ready.
 *
 * @param size ready houses per shard and newest blueprint version
 * @param batch how many are built at a time; their memberships are granted together
 * @param look how often the pool is counted
 * @param sweep how often what is to be removed is looked for
 * @param buildDeadline after which a house that is still being built is given up
 * @param scratchAge how long a scratch house may stand
 */
public record WarmPoolSettings(
        int size, int batch, Duration look, Duration sweep, Duration buildDeadline, Duration scratchAge) {

    private static final int LARGEST = 2_000;

    public WarmPoolSettings {
        if (size < 0 || size > LARGEST) {
            throw new IllegalArgumentException("size: " + size + " (expected: 0 to " + LARGEST + ")");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("batch: " + batch + " (expected: 1 or more)");
        }
    }

    public static WarmPoolSettings defaults() {
        return new WarmPoolSettings(
                20, 20, Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMinutes(10));
    }
}
