package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;
import reactor.core.publisher.Mono;

/** The totals that this process has counted, in the control database and in the projections at once. */
public final class RequestCounts {

    // What is there of this process is written by it alone, one batch after the other.
    private static final String USAGE = """
            WITH given AS (
                SELECT g.*, g.requests - coalesce(c.requests, 0) AS more, g.refused - coalesce(c.refused, 0) AS more_refused,
                    g.failed - coalesce(c.failed, 0) AS more_failed
                FROM unnest(:tenants::uuid[], :days::date[], :requests::bigint[], :refused::bigint[], :failed::bigint[])
                    AS g (tenant, day, requests, refused, failed)
                LEFT JOIN request_count AS c ON c.tenant = g.tenant AND c.day = g.day AND c.instance = :instance),
            stored AS (
                INSERT INTO request_count (tenant, day, instance, requests, refused, failed, last_at)
                SELECT tenant, day, :instance, requests, refused, failed, :at FROM given
                ON CONFLICT (tenant, day, instance) DO UPDATE SET requests = excluded.requests,
                    refused = excluded.refused, failed = excluded.failed,
                    last_at = greatest(request_count.last_at, excluded.last_at))
            INSERT INTO usage_day AS u (generation, day, tenant, requests, refused, failed)
            SELECT p.generation, g.day, g.tenant, g.more, g.more_refused, g.more_failed
            FROM given AS g, projection AS p WHERE p.name = 'usage' ORDER BY g.day, g.tenant
            ON CONFLICT (generation, day, tenant) DO UPDATE SET requests = u.requests + excluded.requests,
                refused = u.refused + excluded.refused, failed = u.failed + excluded.failed""";

    // A batch whose commit was not heard of has ended before the next one looks at what is there.
    private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(:instance, 7244))";

    private static final String FLEET = """
            INSERT INTO fleet_tenant AS f (generation, tenant, last_request)
            SELECT DISTINCT p.generation, g.tenant, :at::timestamptz
            FROM unnest(:tenants::uuid[]) AS g (tenant), projection AS p WHERE p.name = 'fleet' ORDER BY g.tenant
            ON CONFLICT (generation, tenant) DO UPDATE SET last_request = greatest(f.last_request, excluded.last_request)""";

    private final Database control;
    private final UUID instance;

    /** @param instance this process, anew with each start */
    public RequestCounts(Database control, UUID instance) {
        this.control = control;
        this.instance = instance;
    }

    /** Stores totals; doing it again changes nothing. */
    Mono<Void> store(List<RequestMeter.Line> lines, Instant at) {
        var tenants = lines.stream().map(line -> line.tenant().value()).toArray(UUID[]::new);
        return control.transaction(control.client()
                .sql(ALONE)
                .bind("instance", instance.toString())
                .then()
                .then(ProjectionRows.share(control))
                .then(control.client()
                        .sql(USAGE)
                        .bind("tenants", tenants)
                        .bind(
                                "days",
                                lines.stream()
                                        .map(line -> line.day().toString())
                                        .toArray(String[]::new))
                        .bind("requests", totals(lines, Tally.Counts::requests))
                        .bind("refused", totals(lines, Tally.Counts::refused))
                        .bind("failed", totals(lines, Tally.Counts::failed))
                        .bind("instance", instance)
                        .bind("at", at)
                        .then())
                .then(control.client()
                        .sql(FLEET)
                        .bind("tenants", tenants)
                        .bind("at", at)
                        .then()));
    }

    private static Long[] totals(List<RequestMeter.Line> lines, ToLongFunction<Tally.Counts> of) {
        return lines.stream().map(line -> of.applyAsLong(line.counts())).toArray(Long[]::new);
    }
}
