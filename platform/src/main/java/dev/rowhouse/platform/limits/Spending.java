package dev.rowhouse.platform.limits;

/**
 * The answer to one who wants to spend a token.
 *
 * @param remaining how many could be spent at once now, as far as this instance knows
 */
public record Spending(Rate rate, boolean granted, long remaining) {

    /** Returns the seconds, rounded up, until the whole burst can be spent again. */
    public long secondsUntilFull() {
        return rate.secondsFor(Math.max(0, rate.burst() - remaining));
    }
}
