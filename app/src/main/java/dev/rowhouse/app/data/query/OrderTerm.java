package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/**
 * One term of {@code order}; what the client left open is null and PostgreSQL's default.
 *
 * @param embedding the embedded to-one resource whose operand it is, as in {@code order=directors(last_name)}; null for the
 *     resource itself
 */
public record OrderTerm(
        @Nullable String embedding,
        Operand operand,
        @Nullable Direction direction,
        @Nullable Nulls nulls) {

    public enum Direction {
        ASC,
        DESC
    }

    public enum Nulls {
        FIRST,
        LAST
    }
}
