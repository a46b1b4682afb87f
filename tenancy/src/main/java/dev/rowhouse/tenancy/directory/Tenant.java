package dev.rowhouse.tenancy.directory;

import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.token.TokenTrust;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as its events tell it: a projection.
 *
 * @param shard null until one is chosen
 * @param house null until it has one
 * @param quotas what differs from its plan
 * @param trust whose users' tokens count; null for nobody's
 */
public record Tenant(
        TenantId id,
        Slug slug,
        String name,
        TenantState state,
        String plan,
        @Nullable String region,
        BlueprintVersion blueprint,
        @Nullable ShardName shard,
        @Nullable House house,
        Map<String, String> labels,
        Set<String> flags,
        Map<Quota, Long> quotas,
        @Nullable TokenTrust trust,
        Instant createdAt,
        @Nullable Instant activatedAt) {

    public Tenant {
        labels = Map.copyOf(labels);
        flags = Set.copyOf(flags);
        quotas = Map.copyOf(quotas);
    }
}
