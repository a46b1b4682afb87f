package dev.rowhouse.tenancy.shard;

/**
 * A statement that changes rows.
 *
 * @param plain whether it may run alone, outside a transaction, on a connection that remembers role and statements: no code
 *     of the tenant runs when it does, no row-level policy applies to the caller, and no row changes unless {@code
 *     current_user} is the role it was planned for
 */
public record Write(Statement statement, Shape shape, boolean plain) {

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
