/**
 * The words of tenancy: ids and names that every package below uses.
 *
 * <p>An id, a schema, a shard is a record with its own check, never a bare string; {@link
 * dev.rowhouse.tenancy.SchemaName} and {@link dev.rowhouse.tenancy.RoleName} are the only tenants' names that become SQL
 * identifiers. Nothing here uses the packages below.
 */
@NullMarked
package dev.rowhouse.tenancy;

import org.jspecify.annotations.NullMarked;
