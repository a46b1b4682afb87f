/**
 * Builds and removes houses: schema, roles, objects, grants, memberships of lanes.
 *
 * <p>Not here: which house a tenant gets ({@code tenancy.onboarding}).
 */
@NullMarked
package dev.rowhouse.tenancy.house;

import org.jspecify.annotations.NullMarked;
