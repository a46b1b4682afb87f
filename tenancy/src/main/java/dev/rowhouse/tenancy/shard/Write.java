package dev.rowhouse.tenancy.shard;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changes rows.
 *
 * @param plain whether it may run alone, outside a transaction, on a connection that remembers role and statements: no code
 *     of the tenant runs when it does, no row-level policy applies to the caller, and no row changes unless {@code
 *     current_user} is the role it was planned for; it answers with one row at most, or none
 * @param head a statement of one text, without values, that tells of the answer as a whole: read behind the write in its
 *     transaction, and not at all where it runs alone; null for none
 * @param reached the relations whose rows alone it can change; null if it may be any
 */
public record Write(
        Statement statement,
        Shape shape,
        boolean plain,
        @Nullable String head,
        @Nullable Set<String> reached) {

    public Write(Statement statement, Shape shape, boolean plain) {
        this(statement, shape, plain, null);
    }

    public Write(Statement statement, Shape shape, boolean plain, @Nullable String head) {
        this(statement, shape, plain, head, null);
    }

    /** Returns the same write, of which it is known what it reaches. */
    public Write reaching(@Nullable Set<String> relations) {
        return new Write(statement, shape, plain, head, relations);
    }

    /** What the statement answers with. */
    public enum Shape {
        /** No row; PostgreSQL counts what changed. */
        NOTHING,
        /** One column {@code body json}, a row of it per changed row. */
        ROWS,
        /**
         * Columns {@code body json, changed int8, inserted int8}: at least one row, of which each tells how many rows the
         * statement changed and how many of them it inserted; a null body stands for no row of the answer.
         */
        TALLY
    }
}
