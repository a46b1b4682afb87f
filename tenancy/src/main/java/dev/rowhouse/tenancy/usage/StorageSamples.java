package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.database.Database;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** What was seen of the houses' storage, in the control database and in the projections at once. */
final class StorageSamples {

    private static final String KEEP = """
            INSERT INTO storage_sample AS s (tenant, day, most_bytes, last_bytes, last_at)
            SELECT tenant, :day, bytes, bytes, :at
            FROM unnest(:tenants::uuid[], :bytes::bigint[]) AS g (tenant, bytes) ORDER BY tenant
            ON CONFLICT (tenant, day) DO UPDATE SET most_bytes = greatest(s.most_bytes, excluded.most_bytes),
                last_bytes = CASE WHEN excluded.last_at >= s.last_at THEN excluded.last_bytes ELSE s.last_bytes END,
                last_at = greatest(s.last_at, excluded.last_at)""";

    private static final String USAGE = """
            INSERT INTO usage_day AS u (generation, day, tenant, storage_bytes)
            SELECT p.generation, :day, g.tenant, g.bytes
            FROM unnest(:tenants::uuid[], :bytes::bigint[]) AS g (tenant, bytes), projection AS p
            WHERE p.name = 'usage' ORDER BY g.tenant
            ON CONFLICT (generation, day, tenant) DO UPDATE
                SET storage_bytes = greatest(u.storage_bytes, excluded.storage_bytes)""";

    private static final String FLEET = """
            INSERT INTO fleet_tenant AS f (generation, tenant, storage_bytes, sampled_at)
            SELECT p.generation, g.tenant, g.bytes, :at
            FROM unnest(:tenants::uuid[], :bytes::bigint[]) AS g (tenant, bytes), projection AS p
            WHERE p.name = 'fleet' ORDER BY g.tenant
            ON CONFLICT (generation, tenant) DO UPDATE
                SET storage_bytes = excluded.storage_bytes, sampled_at = excluded.sampled_at
                WHERE f.sampled_at IS NULL OR excluded.sampled_at >= f.sampled_at""";

    private final Database control;

    StorageSamples(Database control) {
        this.control = control;
    }

    Mono<Void> store(List<StorageSampler.Sample> samples, Instant at) {
        var tenants = samples.stream().map(sample -> sample.tenant().value()).toArray(UUID[]::new);
        var bytes = samples.stream().map(StorageSampler.Sample::bytes).toArray(Long[]::new);
        var day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        return control.transaction(ProjectionRows.share(control)
                .then(control.client()
                        .sql(KEEP)
                        .bind("day", day)
                        .bind("at", at)
                        .bind("tenants", tenants)
                        .bind("bytes", bytes)
                        .then())
                .then(control.client()
                        .sql(USAGE)
                        .bind("day", day)
                        .bind("tenants", tenants)
                        .bind("bytes", bytes)
                        .then())
                .then(control.client()
                        .sql(FLEET)
                        .bind("at", at)
                        .bind("tenants", tenants)
                        .bind("bytes", bytes)
                        .then()));
    }
}
