/**
 * What introspection found in a blueprint version: the shape that parsing and planning work against.
 *
 * <p>Pure data, free of any schema name, shared by all tenants of the version; what a tenant adds of
 * its own ({@link dev.rowhouse.tenancy.catalog.CustomField}) is a small difference on top. Not here: how it is read from PostgreSQL's
 * catalogs ({@code tenancy.blueprint}).
 */
@NullMarked
package dev.rowhouse.tenancy.catalog;

import org.jspecify.annotations.NullMarked;
