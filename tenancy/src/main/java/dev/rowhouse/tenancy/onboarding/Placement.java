package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides on which shard a new tenant lives. */
@FunctionalInterface
public interface Placement {

    /** A shard that may take the tenant, and how many it has. */
    record Candidate(ShardDefinition shard, long tenants) {}

    /** What the order says about where. */
    record Wish(String plan, @Nullable String region) {}

    /** Returns the chosen shard, or nothing if none of the candidates takes the tenant. */
    Optional<ShardDefinition> choose(Wish wish, Collection<Candidate> candidates);
}
