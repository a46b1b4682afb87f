package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/**
 * Related rows inside of each row: {@code alias:target!hint!inner(select)} or {@code ...target!hint!inner(select)}.
 *
 * @param target a relation, a foreign key column, a constraint or a computed relationship: whatever the client named
 * @param alias its name in the answer and in the parameters that speak of it; null for the target's
 * @param hint which of several relationships is meant, by constraint, column or junction; null for none
 * @param spread whether the related row's members stand in the row itself ({@code ...})
 * @param selection with what the parameters {@code name.column}, {@code name.order}, {@code name.limit} and their like said
 */
public record Embedding(
        String target, @Nullable String alias, @Nullable String hint, Join join, boolean spread, Selection selection) {

    /** What becomes of a row without related rows. */
    public enum Join {
        /** It stays. */
        LEFT,
        /** It is left out ({@code !inner}). */
        INNER
    }

    /** Returns the name by which parameters and the answer know it. */
    public String name() {
        return alias == null ? target : alias;
    }
}
