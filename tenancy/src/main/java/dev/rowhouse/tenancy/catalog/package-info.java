/**
 * What introspection found in a blueprint version: the shape that parsing and planning work against.
 *
 * <p>Pure data, free of any schema name, shared by all tenants of the version. Not here: how it is read from PostgreSQL's
 * catalogs ({@code tenancy.blueprint}).
 */
@NullMarked
package dev.rowhouse.tenancy.catalog;

import org.jspecify.annotations.NullMarked;
