/**
 * From the shards' journals to Kafka: every committed change of a tenant's row as an event, in the order of each row.
 *
 * <p>Of all instances one leads for a shard ({@link dev.rowhouse.tenancy.relay.Leadership}). It begins a new term in the
 * journal's registry of readers, publishes page after page, each as one transaction, and notes the place it has come to only
 * then, and only if no other term has begun. So nothing is left out, and what is sent twice has the same id twice.
 */
@NullMarked
package dev.rowhouse.tenancy.relay;

import org.jspecify.annotations.NullMarked;
