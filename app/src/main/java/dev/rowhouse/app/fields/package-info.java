/**
 * {@code {tenant}/fields/v1}: a tenant's own columns over HTTP, for its secret key alone.
 *
 * <p>Not here: what adding a column takes ({@code tenancy.fields}).
 */
@NullMarked
package dev.rowhouse.app.fields;

import org.jspecify.annotations.NullMarked;
