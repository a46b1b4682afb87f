package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.blueprint.Blueprints;
import dev.rowhouse.tenancy.house.HouseBuilder;
import dev.rowhouse.tenancy.shard.Shards;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

record BuiltHouses(HouseBuilder builder, Blueprints blueprints, Shards shards) implements HouseSupply {

    @Override
    public Mono<BlueprintVersion> newest(String blueprint) {
        return blueprints.newest(blueprint);
    }

    @Override
    public Flux<BlueprintVersion> newest() {
        return blueprints.newest();
    }

    @Override
    public Flux<House> build(List<House> houses) {
        var version = houses.getFirst().blueprint();
        return blueprints
                .script(version)
                .switchIfEmpty(
                        Mono.error(() -> new IllegalStateException("blueprint " + version + " is not published")))
                .flatMapMany(script -> builder.build(houses, script));
    }

    @Override
    public Mono<Void> remove(ShardName shard, HouseId house) {
        return builder.remove(shard, house);
    }

    @Override
    public Flux<HouseId> standing(ShardName shard) {
        return builder.standing(shard);
    }

    @Override
    public Mono<Void> touchIdle(ShardName shard) {
        return shards.touchIdle(shard);
    }
}
