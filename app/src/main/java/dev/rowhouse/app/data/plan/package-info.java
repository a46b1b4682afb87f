/**
 * Resolves a typed query against the catalog: every name becomes a column with its type, or is refused with the near names.
 *
 * <p>The way: {@link dev.rowhouse.app.data.plan.Planner} turns a query into a plan, which is what {@code app.data.sql} writes
 * down. Its heart is {@link dev.rowhouse.app.data.plan.RowsPlan}, a tree: the rows of one source, what to show of each, and in
 * that the rows related to it. A plan names no schema and no role: it is the same for every tenant of a blueprint version.
 */
@NullMarked
package dev.rowhouse.app.data.plan;

import org.jspecify.annotations.NullMarked;
