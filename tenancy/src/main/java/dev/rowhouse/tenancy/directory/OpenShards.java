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

record OpenShards(ShardPreparation preparation, Shards shards, HouseBuilder builder, Journal journal)
        implements ShardAccess {

    @Override
    public Mono<Void> prepare(ShardDefinition shard, PostgresLogin superuser, List<String> extensions) {
        return preparation.prepare(shard, superuser, extensions);
    }

    @Override
    public void open(ShardDefinition shard) {
        shards.open(shard);
        builder.open(shard);
        journal.open(shard);
    }

    @Override
    public void close(ShardName shard) {
        shards.close(shard);
        builder.close(shard);
        journal.close(shard);
    }

    @Override
    public Mono<Boolean> isReachable(ShardName shard) {
        return shards.isReachable(shard);
    }

    @Override
    public ShardConnections connections(ShardName shard) {
        return shards.connections(shard);
    }
}
