package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.Event;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What each tenant has, and when it was last heard of. Plan, state and shard are the directory's own. */
final class FleetProjection extends Projection {

    static final String NAME = "fleet";

    private static final String TAKE = """
            INSERT INTO fleet_tenant AS f (generation, tenant, inserted, deleted, last_write)
            SELECT coalesce(:generation, (SELECT generation FROM projection WHERE name = 'fleet')), c.tenant,
                sum(c.inserted), sum(c.deleted), max(c.last_at)
            FROM unnest(:tenants::uuid[], :inserted::bigint[], :deleted::bigint[], :last::timestamptz[])
                AS c (tenant, inserted, deleted, last_at)
            GROUP BY c.tenant ORDER BY c.tenant
            ON CONFLICT (generation, tenant) DO UPDATE SET inserted = f.inserted + excluded.inserted,
                deleted = f.deleted + excluded.deleted, last_write = greatest(f.last_write, excluded.last_write)""";

    private static final String REQUESTS = """
            INSERT INTO fleet_tenant (generation, tenant, last_request)
            SELECT :generation, tenant, max(last_at) FROM request_count GROUP BY tenant
            ON CONFLICT (generation, tenant) DO UPDATE SET last_request = excluded.last_request""";

    private static final String STORAGE = """
            INSERT INTO fleet_tenant (generation, tenant, storage_bytes, sampled_at)
            SELECT DISTINCT ON (tenant) :generation, tenant, last_bytes, last_at FROM storage_sample
            ORDER BY tenant, last_at DESC
            ON CONFLICT (generation, tenant) DO UPDATE SET storage_bytes = excluded.storage_bytes,
                sampled_at = excluded.sampled_at""";

    private static final String FACTS = """
            INSERT INTO fleet_tenant AS f (generation, tenant, inserted, deleted, last_write)
            SELECT :generation, tenant, sum(d.inserted), sum(d.deleted), min(l.last_write)
            FROM (SELECT u.* FROM usage_day AS u, projection AS p
                  WHERE p.name = 'usage' AND u.generation = p.generation AND u.day < :since) AS d
                LEFT JOIN fleet_tenant AS l USING (tenant)
            WHERE l.generation = :live
            GROUP BY tenant
            ON CONFLICT (generation, tenant) DO UPDATE SET inserted = f.inserted + excluded.inserted,
                deleted = f.deleted + excluded.deleted, last_write = greatest(f.last_write, excluded.last_write)""";

    private static final String COMPARE = """
            WITH a AS (SELECT * FROM fleet_tenant WHERE generation = :live),
                b AS (SELECT * FROM fleet_tenant WHERE generation = :generation),
                pairs AS (
                    SELECT tenant, to_jsonb(a) - 'generation' AS before, to_jsonb(b) - 'generation' AS after,
                        (coalesce(a.inserted, 0), coalesce(a.deleted, 0), coalesce(a.storage_bytes, 0), a.sampled_at,
                         a.last_write, a.last_request)
                        IS DISTINCT FROM (coalesce(b.inserted, 0), coalesce(b.deleted, 0), coalesce(b.storage_bytes, 0),
                         b.sampled_at, b.last_write, b.last_request) AS different
                    FROM a FULL JOIN b USING (tenant))
            SELECT count(*) AS rows, count(*) FILTER (WHERE different) AS different,
                (SELECT jsonb_agg(jsonb_build_object('was', before, 'is', after))
                 FROM (SELECT * FROM pairs WHERE different ORDER BY tenant LIMIT 5) AS first)::text AS examples
            FROM pairs""";

    private static final String CLEAR = """
            DELETE FROM fleet_tenant WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM fleet_tenant WHERE generation NOT IN (:live, :generation) LIMIT 10000))""";

    private final Database control;

    FleetProjection(Database control) {
        super(NAME, control, new Statements(REQUESTS, STORAGE, FACTS, COMPARE, CLEAR));
        this.control = control;
    }

    @Override
    Mono<Void> take(List<Event> events, @Nullable Long generation, @Nullable LocalDate since) {
        var counts = RowCounts.of(events, since);
        if (counts.isEmpty()) {
            return Mono.empty();
        }
        return control.client()
                .sql(TAKE)
                .bind("generation", Database.nullable(generation, Long.class))
                .bind(
                        "tenants",
                        counts.stream().map(count -> count.tenant().value()).toArray(UUID[]::new))
                .bind("inserted", counts.stream().map(RowCounts::inserted).toArray(Long[]::new))
                .bind("deleted", counts.stream().map(RowCounts::deleted).toArray(Long[]::new))
                .bind(
                        "last",
                        counts.stream().map(count -> count.lastAt().toString()).toArray(String[]::new))
                .then();
    }
}
