package dev.rowhouse.tenancy;

import java.util.List;

/**
 * A schema with its roles on a shard, built from a blueprint version.
 *
 * @param lanes the two lanes of the shard whose login roles may act as the house's roles, the preferred one first
 */
public record House(HouseId id, ShardName shard, List<Integer> lanes, BlueprintVersion blueprint) {

    public House {
        lanes = List.copyOf(lanes);
        if (lanes.isEmpty()) {
            throw new IllegalArgumentException("a house is on at least one lane");
        }
    }

    public SchemaName schema() {
        return id.schema();
    }
}
