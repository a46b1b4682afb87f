package dev.rowhouse.tenancy.relay;

import dev.rowhouse.tenancy.shard.ShardDefinition;
import reactor.core.publisher.Mono;

/** Who of all instances does for a shard what only one is to do. */
@FunctionalInterface
public interface Leadership {

    /**
     * Waits until this instance leads, does {@code term} and lets go. When another may lead, cancels the term and fails; that
     * may come late, so what the term writes has to be refused by itself then.
     */
    Mono<Void> whileLeading(ShardDefinition shard, Mono<Void> term);
}
