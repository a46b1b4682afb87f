package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.Slug;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as ordered.
 *
 * @param blueprint name of a blueprint, whose newest version is taken; null takes the installation's default
 * @param region where to place it; null leaves that to the placement
 * @param shard to place it on; null leaves that to the placement
 */
public record NewTenant(
        Slug slug,
        String name,
        String plan,
        @Nullable String blueprint,
        @Nullable String region,
        @Nullable String shard,
        Map<String, String> labels) {

    public NewTenant {
        labels = Map.copyOf(labels);
    }
}
