package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The default placement: the shard that has the fewest tenants for its weight, in the wished region, open to the plan. A
 * shard's label {@code plans} lists the plans it takes, separated by commas; without it, it takes all.
 */
public final class WeighedPlacement implements Placement {

    private static final String PLANS = "plans";

    @Override
    public Optional<ShardDefinition> choose(Wish wish, Collection<Candidate> candidates) {
        return candidates.stream()
                .filter(candidate -> candidate.shard().weight() > 0)
                .filter(candidate ->
                        wish.region() == null || candidate.shard().region().equals(wish.region()))
                .filter(candidate -> takes(candidate.shard(), wish.plan()))
                .min(Comparator.comparingDouble(WeighedPlacement::fill)
                        .thenComparing(candidate -> candidate.shard().name().value()))
                .map(Candidate::shard);
    }

    // Counting the new tenant, so that of two empty shards the heavier is filled first.
    private static double fill(Candidate candidate) {
        return (candidate.tenants() + 1.0) / candidate.shard().weight();
    }

    private static boolean takes(ShardDefinition shard, String plan) {
        var plans = shard.labels().get(PLANS);
        return plans == null || List.of(plans.split(" *, *")).contains(plan);
    }
}
