/**
 * {@code {tenant}/events/v1}: a tenant's changes as server-sent events, and the page that shows them.
 *
 * <p>Everything comes from the shard's journal: {@link dev.rowhouse.app.events.HouseFeeds} follows it once for each house
 * with streams, {@link dev.rowhouse.app.events.Visibility} asks PostgreSQL what a caller may see of a page of it, once for all
 * streams that ask alike, and {@link dev.rowhouse.app.events.EventStream} is what one client gets. Three rules hold here:
 *
 * <ul>
 *   <li>under row-level security nothing is sent but what the caller can read now: the row as it stands, never an older one;
 *   <li>every comparison of a filter is PostgreSQL's;
 *   <li>what is sent carries an id, and behind that id nothing was sent that is not in the journal behind it.
 * </ul>
 */
@NullMarked
package dev.rowhouse.app.events;

import org.jspecify.annotations.NullMarked;
