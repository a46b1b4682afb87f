/**
 * The first station of every request: its ids, its limits, the tenant its address names.
 *
 * <p>Filters run in this order: {@link dev.rowhouse.app.edge.TraceFilter}, {@link dev.rowhouse.app.edge.CorsFilter},
 * {@link dev.rowhouse.app.edge.LimitsFilter}. Below them, on the connection, some are answered before: {@code EarlyAnswers}. Not
 * here: who the caller is ({@code app.admin}, {@code app.data}).
 */
@NullMarked
package dev.rowhouse.app.edge;

import org.jspecify.annotations.NullMarked;
