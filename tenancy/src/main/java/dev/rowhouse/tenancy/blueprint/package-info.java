/**
 * Publishes blueprint versions: reads the SQL, refuses what leaves the house, proves it on a scratch house, keeps the
 * catalog that introspection found.
 */
@NullMarked
package dev.rowhouse.tenancy.blueprint;

import org.jspecify.annotations.NullMarked;
