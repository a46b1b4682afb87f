package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/**
 * A {@code GET} or {@code HEAD} of a relation.
 *
 * @param after the cursor behind whose row the answer begins, as an earlier answer gave it; null for none
 */
public record ReadQuery(
        String relation, Selection selection, @Nullable String after, Preferences preferences) {

    /** Reads from the first row on. */
    public ReadQuery(String relation, Selection selection, Preferences preferences) {
        this(relation, selection, null, preferences);
    }
}
