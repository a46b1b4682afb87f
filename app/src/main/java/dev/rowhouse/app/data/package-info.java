/**
 * The tenants' data API over HTTP: {@code {tenant}/rest/v1/{relation}}.
 *
 * <p>A request is told by its address and its key ({@link dev.rowhouse.app.data.TenantGate}), read and planned by the pure
 * packages below this one ({@code query}, {@code plan}, {@code sql}, {@code body}), and its rows go out as PostgreSQL made
 * them ({@link dev.rowhouse.app.data.RowChunks}): no row is decoded on its way.
 */
@NullMarked
package dev.rowhouse.app.data;

import org.jspecify.annotations.NullMarked;
