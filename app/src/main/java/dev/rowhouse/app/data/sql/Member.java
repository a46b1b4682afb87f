package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.CastType;
import dev.rowhouse.app.data.query.SelectItem.Aggregate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A member of the answer's objects, spreads resolved. */
sealed interface Member {

    String name();

    /**
     * A value of each row.
     *
     * @param json whether it is {@code json}, by which nothing can be grouped
     */
    record Plain(String name, boolean json, Consumer<SqlText> value) implements Member {}

    /** An aggregate of a value of each row. */
    record Folded(
            String name, Aggregate aggregate, @Nullable CastType cast, Consumer<SqlText> value) implements Member {}

    /** The number of rows. */
    record Counted(String name, @Nullable CastType cast) implements Member {}
}
