package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.ShardName;
import org.jspecify.annotations.Nullable;

/** Says which shards may be read only at the moment. */
@FunctionalInterface
public interface WriteGate {

    /** Lets all writes through. */
    WriteGate OPEN = _ -> null;

    /** Returns why nothing more may be written on the shard now; null if it may. */
    @Nullable
    ShardError closed(ShardName shard);
}
