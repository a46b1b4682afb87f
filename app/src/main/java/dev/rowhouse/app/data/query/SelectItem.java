package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/** One item of {@code select}. */
public sealed interface SelectItem {

    /** {@code *}: every column. */
    record All() implements SelectItem {}

    /**
     * One column or what is derived from it.
     *
     * @param alias its name in the answer; null for its own
     */
    record Single(Operand operand, @Nullable String alias) implements SelectItem {}
}
