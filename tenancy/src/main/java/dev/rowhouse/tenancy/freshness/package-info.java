/**
 * Tells whether a value that was read earlier is still what a read would find: by the journal of the shard for what anyone
 * has changed, and by the process's own writes for what it has changed itself.
 *
 * <p>Why a value that holds is never older than {@link dev.rowhouse.tenancy.freshness.Freshness#BOUND}, on any instance:
 *
 * <ol>
 *   <li>A value's stamp has a position. Every change up to that position had been told to its reader before its read began,
 *       hence was committed before, hence is in the value.
 *   <li>An instance accepts the value if the last change it knows of each relation that was read is not above the stamp's
 *       position: so the value holds every change of these relations that the instance has been told of. It knows the
 *       changes only from where its own tail began, and accepts no stamp from before.
 *   <li>A look of the tail tells a moment; all that was committed before it has been told with that look. If that moment is
 *       longer ago than the bound, because the shard is silent, the tail behind, or an open transaction holds the journal
 *       up, nothing is accepted and nothing kept.
 *   <li>Who writes through an instance reads it there at once: until the tail has told of everything up to the end of the
 *       write, only what this instance began to read after it is accepted of the relations that the write can reach.
 * </ol>
 *
 * <p>A read that began before a change and arrives after it has a stamp below the change, wherever it was kept meanwhile:
 * there is no race to lose, and nothing to delete. Not here: what is kept ({@code platform.cache}) and what may be.
 */
@NullMarked
package dev.rowhouse.tenancy.freshness;

import org.jspecify.annotations.NullMarked;
