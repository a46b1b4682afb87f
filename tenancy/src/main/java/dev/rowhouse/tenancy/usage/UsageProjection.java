package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.Event;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What each tenant used on each day. */
final class UsageProjection extends Projection {

    static final String NAME = "usage";

    private static final String TAKE = """
            INSERT INTO usage_day AS u (generation, day, tenant, inserted, updated, deleted)
            SELECT coalesce(:generation, (SELECT generation FROM projection WHERE name = 'usage')), c.*
            FROM unnest(:days::date[], :tenants::uuid[], :inserted::bigint[], :updated::bigint[], :deleted::bigint[]) AS c
            ON CONFLICT (generation, day, tenant) DO UPDATE SET inserted = u.inserted + excluded.inserted,
                updated = u.updated + excluded.updated, deleted = u.deleted + excluded.deleted""";

    private static final String REQUESTS = """
            INSERT INTO usage_day (generation, day, tenant, requests, refused, failed)
            SELECT :generation, day, tenant, sum(requests), sum(refused), sum(failed) FROM request_count GROUP BY day, tenant
            ON CONFLICT (generation, day, tenant) DO UPDATE SET requests = excluded.requests, refused = excluded.refused,
                failed = excluded.failed""";

    private static final String STORAGE = """
            INSERT INTO usage_day (generation, day, tenant, storage_bytes)
            SELECT :generation, day, tenant, most_bytes FROM storage_sample
            ON CONFLICT (generation, day, tenant) DO UPDATE SET storage_bytes = excluded.storage_bytes""";

    private static final String FACTS = """
            INSERT INTO usage_day (generation, day, tenant, inserted, updated, deleted)
            SELECT :generation, day, tenant, inserted, updated, deleted FROM usage_day
            WHERE generation = :live AND day < :since
            ON CONFLICT (generation, day, tenant) DO UPDATE SET inserted = excluded.inserted, updated = excluded.updated,
                deleted = excluded.deleted""";

    private static final String COMPARE = """
            WITH a AS (SELECT * FROM usage_day WHERE generation = :live),
                b AS (SELECT * FROM usage_day WHERE generation = :generation),
                pairs AS (
                    SELECT day, tenant, to_jsonb(a) - 'generation' AS before, to_jsonb(b) - 'generation' AS after,
                        (coalesce(a.requests, 0), coalesce(a.refused, 0), coalesce(a.failed, 0), coalesce(a.inserted, 0),
                         coalesce(a.updated, 0), coalesce(a.deleted, 0), coalesce(a.storage_bytes, 0))
                        <> (coalesce(b.requests, 0), coalesce(b.refused, 0), coalesce(b.failed, 0), coalesce(b.inserted, 0),
                         coalesce(b.updated, 0), coalesce(b.deleted, 0), coalesce(b.storage_bytes, 0)) AS different
                    FROM a FULL JOIN b USING (day, tenant))
            SELECT count(*) AS rows, count(*) FILTER (WHERE different) AS different,
                (SELECT jsonb_agg(jsonb_build_object('was', before, 'is', after))
                 FROM (SELECT * FROM pairs WHERE different ORDER BY day, tenant LIMIT 5) AS first)::text AS examples
            FROM pairs""";

    private static final String CLEAR = """
            DELETE FROM usage_day WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM usage_day WHERE generation NOT IN (:live, :generation) LIMIT 10000))""";

    private final Database control;

    UsageProjection(Database control) {
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
                        "days",
                        counts.stream().map(count -> count.day().toString()).toArray(String[]::new))
                .bind(
                        "tenants",
                        counts.stream().map(count -> count.tenant().value()).toArray(UUID[]::new))
                .bind("inserted", counts.stream().map(RowCounts::inserted).toArray(Long[]::new))
                .bind("updated", counts.stream().map(RowCounts::updated).toArray(Long[]::new))
                .bind("deleted", counts.stream().map(RowCounts::deleted).toArray(Long[]::new))
                .then();
    }
}
