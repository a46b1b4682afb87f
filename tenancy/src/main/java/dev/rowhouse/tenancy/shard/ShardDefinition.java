package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.ShardName;
import java.util.Map;

/**
 * A shard as registered.
 *
 * @param weight share of new tenants relative to the other shards; 0 takes none
 * @param draining whether it takes no new tenants because it is to be emptied
 * @param lanes how many lanes, each with a login role of its own, numbered from 1
 */
public record ShardDefinition(
        ShardName name,
        PostgresEndpoint endpoint,
        String region,
        int weight,
        boolean draining,
        int lanes,
        Map<String, String> labels) {

    public ShardDefinition {
        labels = Map.copyOf(labels);
    }
}
