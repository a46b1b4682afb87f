/**
 * What is done to a tenant's life in one transaction: suspend, resume, new keys.
 *
 * <p>Not here: how a tenant comes into its house ({@code tenancy.onboarding}).
 */
@NullMarked
package dev.rowhouse.tenancy.lifecycle;

import org.jspecify.annotations.NullMarked;
