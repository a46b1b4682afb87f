/**
 * A request made up inside of another, and its answer, held until whoever asked decides what becomes of it.
 *
 * <p>For what is more than one call of the data API, or has to see a call's answer before the client does. Knows neither
 * tenants nor SQL.
 */
@NullMarked
package dev.rowhouse.app.inner;

import org.jspecify.annotations.NullMarked;
