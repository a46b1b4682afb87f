/**
 * PostgreSQL as a server to connect to: endpoints, logins, connection settings, quoting, SQLSTATEs.
 *
 * <p>Not here: which connection a tenant's statement takes ({@code tenancy.shard}).
 */
@NullMarked
package dev.rowhouse.platform.postgres;

import org.jspecify.annotations.NullMarked;
