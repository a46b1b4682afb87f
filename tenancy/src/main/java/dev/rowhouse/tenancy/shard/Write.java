package dev.rowhouse.tenancy.shard;

/**
 * A statement that changes rows.
 *
 * @param returning whether it yields one column {@code body json}, a row of it per changed row
 */
public record Write(Statement statement, boolean returning) {}
