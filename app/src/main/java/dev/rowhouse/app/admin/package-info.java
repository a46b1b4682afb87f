/**
 * The operators' API under {@code /admin/v1}.
 *
 * <p>{@link dev.rowhouse.app.admin.AdminRoutes} lists every route with the scope it takes; nothing under {@code /admin} is
 * reached but through it. Not here: what an operation does ({@code tenancy}).
 */
@NullMarked
package dev.rowhouse.app.admin;

import org.jspecify.annotations.NullMarked;
