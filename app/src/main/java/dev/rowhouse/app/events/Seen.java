package dev.rowhouse.app.events;

import dev.rowhouse.tenancy.journal.Change;
import org.jspecify.annotations.Nullable;

/**
 * A change as some callers see it.
 *
 * @param row by which a later deletion is known to be of the same row; null for none
 * @param onlyIfSent whether it is for those streams alone that were sent the row before
 * @param frame the event as it is sent
 */
record Seen(long position, Change change, @Nullable String row, boolean onlyIfSent, byte[] frame) {}
