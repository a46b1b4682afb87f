/**
 * The WebFlux application and its wiring.
 *
 * <p>The way of a request: {@code app.edge} (ids, limits, tenant) → {@code app.admin} or {@code app.data} → tenancy; every
 * error leaves through {@code app.problem}.
 */
@NullMarked
package dev.rowhouse.app;

import org.jspecify.annotations.NullMarked;
