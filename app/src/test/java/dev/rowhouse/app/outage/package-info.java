/** What the whole application does when a process, a shard or the control database fails. */
@NullMarked
package dev.rowhouse.app.outage;

import org.jspecify.annotations.NullMarked;
