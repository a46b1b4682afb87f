package dev.rowhouse.tenancy.directory;

import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.house.HouseBuilder;
import dev.rowhouse.tenancy.house.ShardPreparation;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.shard.ShardConnections;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.Shards;
import java.util.List;
import reactor.core.publisher.Mono;

/** The shards' servers, as the registry needs them. */
public interface ShardAccess {

    Mono<Void> prepare(ShardDefinition shard, PostgresLogin superuser, List<String> extensions);

    /** Opens a shard in this process, or takes over its changed definition. */
    void open(ShardDefinition shard);

    /** Closes a shard in this process. */
    void close(ShardName shard);

    Mono<Boolean> isReachable(ShardName shard);

    ShardConnections connections(ShardName shard);

    /** Returns the access of an installation. */
    static ShardAccess of(ShardPreparation preparation, Shards shards, HouseBuilder builder, Journal journal) {
        return new OpenShards(preparation, shards, builder, journal);
    }
}
