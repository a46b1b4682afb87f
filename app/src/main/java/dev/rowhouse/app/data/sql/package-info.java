/**
 * Writes a plan down as SQL for one house; the only package that knows SQL text.
 *
 * <p>Names go through {@link dev.rowhouse.platform.postgres.Quoting} and values are bound, without exception. Equal shapes
 * and limits give equal texts, whatever their values, so that PostgreSQL prepares a shape once.
 */
@NullMarked
package dev.rowhouse.app.data.sql;

import org.jspecify.annotations.NullMarked;
