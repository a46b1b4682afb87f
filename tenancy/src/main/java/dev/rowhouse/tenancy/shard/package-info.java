/**
 * Takes a tenant to its data: shard, lane, role, statement.
 *
 * <p>Every SQL statement of a tenant passes through {@link dev.rowhouse.tenancy.shard.TenantDatabase}; nothing else may
 * take a connection of a lane.
 */
@NullMarked
package dev.rowhouse.tenancy.shard;

import org.jspecify.annotations.NullMarked;
