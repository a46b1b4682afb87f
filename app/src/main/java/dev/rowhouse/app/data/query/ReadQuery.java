package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/**
 * A {@code GET} or {@code HEAD} of a relation.
 *
 * @param after the cursor behind whose row the answer begins, as an earlier answer gave it; null for none
 */
public record ReadQuery(
        String relation, Selection selection, @Nullable String after, Preferences preferences, Limits limits) {

    /** Reads from the first row on, within the standard limits. */
    public ReadQuery(String relation, Selection selection, Preferences preferences) {
        this(relation, selection, null, preferences, Limits.STANDARD);
    }
}
