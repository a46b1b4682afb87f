package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/**
 * Which part of the rows is asked for.
 *
 * @param limit null for as many as there may be
 */
public record Page(@Nullable Integer limit, long offset) {

    /** The most rows one answer holds, unless the limits of a plan say otherwise. */
    public static final int LARGEST = 1_000;

    /** No limit asked for. */
    public static final Page ALL = new Page(null, 0);

    /** Returns the number of rows at most, if {@code largest} is what is allowed. */
    public int limit(int largest) {
        return limit == null ? largest : Math.min(limit, largest);
    }
}
