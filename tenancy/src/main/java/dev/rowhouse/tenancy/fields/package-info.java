/**
 * Columns that a tenant adds to its own house, on relations which the blueprint marks {@code @extensible}: what is wanted, what
 * is done, and how a crash in between heals.
 *
 * <p>Begin reading at {@link dev.rowhouse.tenancy.fields.Fields}. Not here: how requests come to see the columns ({@code
 * directory.Residents}) and the SQL that alters a house ({@code house.Alteration}).
 */
@NullMarked
package dev.rowhouse.tenancy.fields;

import org.jspecify.annotations.NullMarked;
