package dev.rowhouse.app.data.query;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one request may ask of the database.
 *
 * @param maxRows how many rows an answer holds, and each list embedded in it
 * @param statementTimeout how long one statement may run on the server
 * @param costCeiling the most that PostgreSQL's planner may expect a read or a call to cost, of callers without the secret
 *     key; null for any
 * @param embedDepth how many levels of embedding lie below the rows
 */
public record Limits(
        int maxRows, Duration statementTimeout, @Nullable Double costCeiling, int embedDepth) {

    /** How many levels there can be, for a request embeds no more resources than this in all. */
    public static final int DEEPEST = 50;

    /** Those of a tenant whose plan sets none, where the lanes are as they come. */
    public static final Limits STANDARD = new Limits(Page.LARGEST, Duration.ofSeconds(15), null, 10);

    private static final int MOST_ROWS = 100_000;

    public Limits {
        require(maxRows >= 1 && maxRows <= MOST_ROWS, "max-rows", maxRows, "1 to " + MOST_ROWS);
        require(statementTimeout.toMillis() >= 1, "statement-timeout", statementTimeout, "1 ms or more");
        // A plan's setting that is no number would let everything pass.
        require(
                costCeiling == null || costCeiling > 0 && !costCeiling.isInfinite(),
                "cost-ceiling",
                costCeiling,
                "a number above 0");
        require(embedDepth >= 0 && embedDepth <= DEEPEST, "embed-depth", embedDepth, "0 to " + DEEPEST);
    }

    private static void require(boolean right, String name, @Nullable Object value, String expected) {
        if (!right) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
