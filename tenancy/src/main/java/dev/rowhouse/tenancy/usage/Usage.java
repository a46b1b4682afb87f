package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.directory.DirectoryError;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the projections tell. */
public final class Usage {

    private static final UUID NOBODY = new UUID(0, 0);

    // What is told of a tenant that this installation never had stays out.
    private static final String LIST = """
            SELECT u.day, u.tenant, t.slug, u.requests, u.refused, u.failed, u.inserted, u.updated, u.deleted, u.storage_bytes
            FROM usage_day AS u JOIN tenant AS t ON t.id = u.tenant
            WHERE u.generation = (SELECT generation FROM projection WHERE name = 'usage')
              AND u.day BETWEEN :from AND :to AND (u.day, u.tenant) > (:afterDay::date, :afterTenant::uuid)
              AND (:tenant::uuid IS NULL OR u.tenant = :tenant)
            ORDER BY u.day, u.tenant LIMIT :limit""";

    private static final String OF = """
            SELECT g.tenant, %s, %s, coalesce(greatest(f.inserted - f.deleted, 0), 0) AS rows,
                coalesce(f.storage_bytes, 0) AS storage_bytes, greatest(f.last_write, f.last_request) AS last_activity
            FROM unnest(:tenants::uuid[]) AS g (tenant)
              LEFT JOIN fleet_tenant AS f ON f.tenant = g.tenant
                AND f.generation = (SELECT generation FROM projection WHERE name = 'fleet')
              LEFT JOIN usage_day AS u ON u.tenant = g.tenant AND u.day BETWEEN :first AND :today
                AND u.generation = (SELECT generation FROM projection WHERE name = 'usage')
            GROUP BY g.tenant, f.inserted, f.deleted, f.storage_bytes, f.last_write, f.last_request""".formatted(sums("today", " FILTER (WHERE u.day = :today)"), sums("month", ""));

    private final Database control;
    private final Clock clock;

    public Usage(Database control, Clock clock) {
        this.control = control;
        this.clock = clock;
    }

    /** Returns the day that it is. */
    public LocalDate today() {
        return LocalDate.ofInstant(Instant.now(clock), ZoneOffset.UTC);
    }

    /** Emits one page, by day and tenant. */
    public Flux<UsageDay> list(UsageQuery query) {
        var tenant = query.tenant();
        var after = query.after();
        return control.client()
                .sql(LIST)
                .bind("from", query.from())
                .bind("to", query.to())
                .bind("tenant", Database.nullable(tenant == null ? null : tenant.value(), UUID.class))
                .bind("afterDay", after == null ? query.from() : after.day())
                .bind("afterTenant", after == null ? NOBODY : after.tenant().value())
                .bind("limit", query.limit())
                .map(row -> new UsageDay(
                        required(row, "day", LocalDate.class),
                        new TenantId(required(row, "tenant", UUID.class)),
                        new Slug(required(row, "slug", String.class)),
                        used(row, "")))
                .all()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Emits what these tenants use and have. */
    public Mono<Map<TenantId, TenantUsage>> of(Collection<TenantId> tenants) {
        var today = today();
        return control.client()
                .sql(OF)
                .bind("tenants", tenants.stream().map(TenantId::value).toArray(UUID[]::new))
                .bind("today", today)
                .bind("first", today.withDayOfMonth(1))
                .map(row -> Map.entry(new TenantId(required(row, "tenant", UUID.class)), usage(row)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    private static TenantUsage usage(Readable row) {
        return new TenantUsage(
                used(row, "today_"),
                used(row, "month_"),
                required(row, "rows", Long.class),
                required(row, "storage_bytes", Long.class),
                row.get("last_activity", Instant.class));
    }

    private static Used used(Readable row, String prefix) {
        return new Used(
                required(row, prefix + "requests", Long.class),
                required(row, prefix + "refused", Long.class),
                required(row, prefix + "failed", Long.class),
                required(row, prefix + "inserted", Long.class),
                required(row, prefix + "updated", Long.class),
                required(row, prefix + "deleted", Long.class),
                required(row, prefix + "storage_bytes", Long.class));
    }

    private static String sums(String span, String filter) {
        var columns = new StringBuilder();
        for (var column : new String[] {"requests", "refused", "failed", "inserted", "updated", "deleted"}) {
            columns.append("coalesce(sum(u.%s)%s, 0)::bigint AS %s_%s, ".formatted(column, filter, span, column));
        }
        return columns.append("coalesce(max(u.storage_bytes)%s, 0) AS %s_storage_bytes".formatted(filter, span))
                .toString();
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type));
    }
}
