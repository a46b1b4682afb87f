package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Houses that stand in a map. */
public final class InMemoryHouses implements HouseSupply {

    public final Map<HouseId, ShardName> standing = new ConcurrentHashMap<>();
    public final Map<String, BlueprintVersion> newest =
            new ConcurrentHashMap<>(Map.of("music", new BlueprintVersion("music", 1)));
    public final AtomicInteger builds = new AtomicInteger();
    public final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    @Override
    public Mono<BlueprintVersion> newest(String blueprint) {
        return Mono.justOrEmpty(newest.get(blueprint));
    }

    @Override
    public Flux<BlueprintVersion> newest() {
        return Flux.fromIterable(newest.values());
    }

    @Override
    public Flux<House> build(List<House> houses) {
        return Flux.fromIterable(houses).doOnNext(this::build);
    }

    private void build(House house) {
        builds.incrementAndGet();
        standing.put(house.id(), house.shard());
        var failing = failure.get();
        if (failing != null) {
            throw failing;
        }
    }

    @Override
    public Mono<Void> remove(ShardName shard, HouseId house) {
        return Mono.fromRunnable(() -> standing.remove(house));
    }

    @Override
    public Flux<HouseId> standing(ShardName shard) {
        return Flux.fromIterable(standing.entrySet())
                .filter(entry -> entry.getValue().equals(shard))
                .map(Map.Entry::getKey);
    }

    @Override
    public Mono<Void> touchIdle(ShardName shard) {
        return Mono.empty();
    }
}
