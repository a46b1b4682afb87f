/**
 * Who the tenants are: their event-sourced life, keys, shards and houses as the control database knows them, and the
 * view of it that requests are served from.
 */
@NullMarked
package dev.rowhouse.tenancy.directory;

import org.jspecify.annotations.NullMarked;
