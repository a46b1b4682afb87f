package dev.rowhouse.tenancy.directory;

import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.token.TokenTrust;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A tenant's row with its house's. */
final class TenantRows {

    static final String COLUMNS = """
            SELECT t.id, t.slug, t.name, t.state, t.plan, t.region, t.blueprint, t.blueprint_version, t.shard, t.house,
                   h.lanes, h.version AS house_version, h.shard AS house_shard, t.labels::text AS labels, t.flags,
                   t.quotas::text AS quotas,
                   t.jwks::text AS jwks, t.jwt_issuer, t.jwt_audience, t.created_at, t.activated_at
            """;

    static final String FROM = """
            FROM tenant t LEFT JOIN house h ON h.id = t.house
            """;

    // The living tenant of a slug, or else the last one that had it.
    static final String LATEST = """
            ORDER BY (t.state IN ('failed', 'erased')), t.created_at DESC, t.id DESC
            LIMIT 1
            """;

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Long>> QUOTAS = new TypeReference<>() {};

    private TenantRows() {}

    static Tenant tenant(Readable row) {
        var blueprint = required(row, "blueprint", String.class);
        var shard = row.get("shard", String.class);
        return new Tenant(
                new TenantId(required(row, "id", UUID.class)),
                new Slug(required(row, "slug", String.class)),
                required(row, "name", String.class),
                TenantState.of(required(row, "state", String.class)),
                required(row, "plan", String.class),
                row.get("region", String.class),
                new BlueprintVersion(blueprint, required(row, "blueprint_version", Integer.class)),
                shard == null ? null : new ShardName(shard),
                house(row, blueprint),
                JsonMapper.shared().readValue(required(row, "labels", String.class), LABELS),
                Set.of(required(row, "flags", String[].class)),
                quotas(required(row, "quotas", String.class)),
                trust(row),
                required(row, "created_at", Instant.class),
                row.get("activated_at", Instant.class));
    }

    static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    // A quota of a newer version of this program is left to those who know it.
    private static Map<Quota, Long> quotas(String json) {
        var quotas = new EnumMap<Quota, Long>(Quota.class);
        JsonMapper.shared().readValue(json, QUOTAS).forEach((label, value) -> {
            var quota = Quota.of(label);
            if (quota != null) {
                quotas.put(quota, value);
            }
        });
        return quotas;
    }

    /** Returns quotas by their labels, in order. */
    static Map<String, @Nullable Long> labelled(Map<Quota, ? extends @Nullable Long> quotas) {
        var labelled = new TreeMap<String, @Nullable Long>();
        quotas.forEach((quota, value) -> labelled.put(quota.label(), value));
        return labelled;
    }

    private static @Nullable TokenTrust trust(Readable row) {
        var jwks = row.get("jwks", String.class);
        return jwks == null
                ? null
                : TokenTrust.of(jwks, row.get("jwt_issuer", String.class), row.get("jwt_audience", String.class));
    }

    private static @Nullable House house(Readable row, String blueprint) {
        var id = row.get("house", String.class);
        return id == null
                ? null
                : new House(
                        new HouseId(id),
                        new ShardName(required(row, "house_shard", String.class)),
                        List.of(required(row, "lanes", Integer[].class)),
                        new BlueprintVersion(blueprint, required(row, "house_version", Integer.class)));
    }
}
