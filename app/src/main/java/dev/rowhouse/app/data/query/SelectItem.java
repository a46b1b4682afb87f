package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/** One item of {@code select}. */
public sealed interface SelectItem {

    /** {@code *}: every column. */
    record All() implements SelectItem {}

    /** No member at all, of {@code select=} and {@code target()}; always the only item. */
    record Nothing() implements SelectItem {}

    /**
     * {@code alias:operand::cast.aggregate()::aggregateCast}.
     *
     * @param alias its name in the answer; null for its own
     * @param cast the type before aggregation, as the client wrote it; null for none
     * @param aggregate over all rows of a group; null for none
     * @param aggregateCast the type of the aggregate's result; null for none
     */
    record Single(
            Operand operand,
            @Nullable String alias,
            @Nullable String cast,
            @Nullable Aggregate aggregate,
            @Nullable String aggregateCast)
            implements SelectItem {

        /** Returns the operand under a name, as it is. */
        public static Single of(Operand operand, @Nullable String alias) {
            return new Single(operand, alias, null, null, null);
        }
    }

    /** {@code alias:count()::cast}: the number of rows in a group. */
    record Count(@Nullable String alias, @Nullable String cast) implements SelectItem {}

    /** Rows of a related resource. */
    record Embedded(Embedding embedding) implements SelectItem {}

    /** What is made of the values of a group. */
    enum Aggregate {
        COUNT,
        SUM,
        AVG,
        MIN,
        MAX
    }
}
