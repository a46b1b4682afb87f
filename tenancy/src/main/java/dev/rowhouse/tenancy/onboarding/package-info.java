/**
 * Brings a tenant into a house: reserve, place, house, activate; and keeps ready houses warm.
 */
@NullMarked
package dev.rowhouse.tenancy.onboarding;

import org.jspecify.annotations.NullMarked;
