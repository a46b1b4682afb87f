/**
 * The benchmark: the product beside a limit and a control, turn by turn on one machine, written to {@code app/BENCHMARKS.md}.
 *
 * <ul>
 *   <li>the <b>limit</b> is {@code pgbench}, which runs the product's SQL in the product's transaction shape and nothing else;
 *   <li>the <b>control</b> is {@link dev.rowhouse.bench.Control}, what one would write by hand for a single tenant;
 *   <li>product, control, database and load generator are processes of their own, so that each one's work can be told.
 * </ul>
 */
@NullMarked
package dev.rowhouse.bench;

import org.jspecify.annotations.NullMarked;
