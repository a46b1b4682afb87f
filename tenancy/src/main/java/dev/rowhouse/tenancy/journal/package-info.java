/**
 * Reads the journal of a shard: every committed change of every house on it, once and in order.
 *
 * <p>The order is that of positions; a reader is given one only when no transaction that is still open can write before it.
 * Not here: how changes get into the journal ({@code tenancy.house}), what becomes of them outside.
 */
@NullMarked
package dev.rowhouse.tenancy.journal;

import org.jspecify.annotations.NullMarked;
