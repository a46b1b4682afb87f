package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/** One term of {@code order}; what the client left open is null and PostgreSQL's default. */
public record OrderTerm(
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
