package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardAccess;
import dev.rowhouse.tenancy.shard.ShardConnections;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Shards that answer unless they are said to be down. */
public final class InMemoryShards implements ShardAccess {

    public final Set<ShardName> down = ConcurrentHashMap.newKeySet();

    /** How often one was asked whether it answers. */
    public final AtomicInteger asked = new AtomicInteger();

    public final Map<ShardName, ShardDefinition> open = new ConcurrentHashMap<>();

    public static ShardDefinition shard(String name, String region, int weight) {
        return new ShardDefinition(
                new ShardName(name),
                new PostgresEndpoint("127.0.0.1", 5432, "shard"),
                region,
                weight,
                false,
                4,
                Map.of());
    }

    @Override
    public Mono<Void> prepare(ShardDefinition shard, PostgresLogin superuser, List<String> extensions) {
        return Mono.empty();
    }

    @Override
    public void open(ShardDefinition shard) {
        open.put(shard.name(), shard);
    }

    @Override
    public void close(ShardName shard) {
        open.remove(shard);
    }

    @Override
    public Mono<Boolean> isReachable(ShardName shard) {
        return Mono.fromSupplier(() -> {
            asked.incrementAndGet();
            return !down.contains(shard);
        });
    }

    @Override
    public ShardConnections connections(ShardName shard) {
        return new ShardConnections(3, 1, 2, 0);
    }
}
