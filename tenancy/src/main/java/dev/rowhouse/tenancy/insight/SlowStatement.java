package dev.rowhouse.tenancy.insight;

/**
 * A kind of statement that took long.
 *
 * @param text with places for its values, and without the name of the house
 * @param calls that took long
 */
public record SlowStatement(String text, long calls, long totalMicros, long maxMicros) {

    SlowStatement and(SlowStatement other) {
        return new SlowStatement(
                text, calls + other.calls, totalMicros + other.totalMicros, Math.max(maxMicros, other.maxMicros));
    }
}
