package dev.rowhouse.tenancy.onboarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.onboarding.Placement.Candidate;
import dev.rowhouse.tenancy.onboarding.Placement.Wish;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private final Placement placement = new WeighedPlacement();

    @Test
    void tenantsSpreadByWeight() {
        var tenants = new HashMap<String, Long>(Map.of("small", 0L, "large", 0L));
        for (int placed = 0; placed < 40; placed++) {
            var chosen = choose(
                    "free",
                    null,
                    List.of(
                            new Candidate(InMemoryShards.shard("small", "eu", 1), tenants.getOrDefault("small", 0L)),
                            new Candidate(InMemoryShards.shard("large", "eu", 3), tenants.getOrDefault("large", 0L))));
            tenants.merge(chosen, 1L, Long::sum);
        }

        assertThat(tenants).isEqualTo(Map.of("small", 10L, "large", 30L));
    }

    @Test
    void regionWeightAndPlanExclude() {
        var closed = new Candidate(InMemoryShards.shard("closed", "eu", 0), 0);
        var far = new Candidate(InMemoryShards.shard("far", "us", 9), 0);
        var gold = new Candidate(withPlans(InMemoryShards.shard("gold", "eu", 9), "pro, max"), 0);
        var plain = new Candidate(InMemoryShards.shard("plain", "eu", 1), 500);
        var all = List.of(closed, far, gold, plain);

        assertThat(choose("free", "eu", all)).isEqualTo("plain");
        assertThat(choose("max", "eu", all)).isEqualTo("gold");
        assertThat(choose("free", null, all)).isEqualTo("far");
        assertThat(choose("free", "mars", all)).isEqualTo("none");
    }

    @Test
    void lanesAreDealtAlike() {
        var deck = new LaneDeck();
        var shard = InMemoryShards.shard("eu-1", "eu", 1);
        var dealt = new ArrayList<List<Integer>>();
        for (int house = 0; house < 12; house++) {
            dealt.add(deck.deal(shard));
        }

        assertThat(dealt).doesNotHaveDuplicates().allSatisfy(lanes -> {
            assertThat(lanes).hasSize(2).doesNotHaveDuplicates();
            assertThat(lanes).allMatch(lane -> lane >= 1 && lane <= shard.lanes());
        });
    }

    private String choose(String plan, @Nullable String region, List<Candidate> candidates) {
        return placement
                .choose(new Wish(plan, region), candidates)
                .map(shard -> shard.name().value())
                .orElse("none");
    }

    private static ShardDefinition withPlans(ShardDefinition shard, String plans) {
        return new ShardDefinition(
                shard.name(),
                shard.endpoint(),
                shard.region(),
                shard.weight(),
                shard.draining(),
                shard.lanes(),
                Map.of("plans", plans));
    }
}
