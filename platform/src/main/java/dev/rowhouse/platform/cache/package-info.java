/**
 * Keeps answers near: in this process before Redis, so that many questions ask what is behind them once.
 *
 * <p>What is kept may be refused each time it is found. Its {@link dev.rowhouse.platform.cache.Stamp} tells when its reader
 * began and how much of the changes the reader had been told of by then; the {@link dev.rowhouse.platform.cache.Terms} of
 * the question decide whether that is good enough now. So nobody has to find and delete what a change made wrong: a value
 * that was read before a change and arrives after it bears an old stamp wherever it lies, and Redis can be slow, be emptied
 * or bring back what was sent to it minutes ago without making an answer wrong.
 *
 * <p>Three rules live here:
 *
 * <ul>
 *   <li>a {@link dev.rowhouse.platform.cache.CacheKey} has one builder, and different parts never make equal keys;
 *   <li>what comes from Redis names its scope and its whole key, and is dropped with its connection if they are not the ones
 *       that were asked for;
 *   <li>Redis is asked for at most {@link dev.rowhouse.platform.cache.RedisShelf#PATIENCE}, and not at all while it fails.
 * </ul>
 *
 * <p>Lettuce is used as it is: a connection that brought a wrong value must be closed, and Spring Data has no word for
 * that. Not here: tenants, and who is told of which changes.
 */
@NullMarked
package dev.rowhouse.platform.cache;

import org.jspecify.annotations.NullMarked;
