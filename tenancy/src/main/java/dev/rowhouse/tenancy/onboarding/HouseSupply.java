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

/** Where houses come from, and what they are built after. */
public interface HouseSupply {

    /** Emits the newest version of the blueprint, or nothing. */
    Mono<BlueprintVersion> newest(String blueprint);

    /** Emits the newest version of each blueprint. */
    Flux<BlueprintVersion> newest();

    /** Builds houses of one shard and one blueprint version, and emits each as it is ready. */
    Flux<House> build(List<House> houses);

    /** Removes a house, finished or not; one that is not there is no error. */
    Mono<Void> remove(ShardName shard, HouseId house);

    /** Emits the ids of all houses of which anything exists on the shard. */
    Flux<HouseId> standing(ShardName shard);

    /** Lets idle connections look up new memberships, so that no request pays for that. */
    Mono<Void> touchIdle(ShardName shard);

    /** Returns the supply of an installation. */
    static HouseSupply of(HouseBuilder builder, Blueprints blueprints, Shards shards) {
        return new BuiltHouses(builder, blueprints, shards);
    }
}
