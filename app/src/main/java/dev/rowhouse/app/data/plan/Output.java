package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.SelectItem.Aggregate;
import org.jspecify.annotations.Nullable;

/** One or, for a spread, several members of the answer's objects. */
public sealed interface Output {

    /** A value of the row. */
    record Value(Expression value, String name) implements Output {}

    /**
     * What is made of the values of a group.
     *
     * @param cast the type of the result; null for its own
     */
    record Aggregated(
            Aggregate aggregate, Expression value, @Nullable CastType cast, String name) implements Output {}

    /** The number of rows in a group. */
    record Counted(@Nullable CastType cast, String name) implements Output {}

    /** The related rows, as an object or an array of objects. */
    record Embedded(EmbeddedPlan embedding) implements Output {}

    /** The members of the one related row, or an array for each member of many. */
    record Spread(EmbeddedPlan embedding) implements Output {}
}
