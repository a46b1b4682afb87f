package dev.rowhouse.tenancy.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A column of a relation.
 *
 * @param defaultExpression the default as SQL, without schema names; null without one
 */
public record Column(
        String name,
        ColumnType type,
        boolean nullable,
        @Nullable String defaultExpression,
        Generation generation,
        @Nullable String comment) {

    /** Who computes the value. */
    public enum Generation {
        NONE,
        IDENTITY_BY_DEFAULT,
        IDENTITY_ALWAYS,
        STORED,
        VIRTUAL
    }

    /** Says whether a client may give a value. */
    public boolean isWritable() {
        return generation == Generation.NONE || generation == Generation.IDENTITY_BY_DEFAULT;
    }
}
