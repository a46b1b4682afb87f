package dev.rowhouse.tenancy.insight;

import static dev.rowhouse.tenancy.insight.ActivityMeter.SLOT;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.directory.DirectoryError;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What the instances have measured, in the control database. */
public final class ActivityRows {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<List<SlowStatement>> STATEMENTS = new TypeReference<>() {};
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int FORGOTTEN_AT_ONCE = 5_000;

    private static final String STORE = """
            INSERT INTO tenant_activity (tenant, slot, instance, counts, latency, statements)
            SELECT tenant, slot, :instance, counts::bigint[], latency::bigint[], statements::jsonb
            FROM unnest(:tenants::uuid[], :slots::timestamptz[], :counts::text[], :latencies::text[], :statements::text[])
              AS given (tenant, slot, counts, latency, statements)
            ON CONFLICT (tenant, slot, instance) DO UPDATE
            SET counts = excluded.counts, latency = excluded.latency, statements = excluded.statements""";

    private static final String FORGET = """
            DELETE FROM tenant_activity WHERE ctid = ANY (ARRAY (
              SELECT ctid FROM tenant_activity WHERE slot < :before LIMIT :most))""";

    private static final String READ = """
            SELECT slot, counts, latency, statements::text AS statements FROM tenant_activity
            WHERE tenant = :tenant AND slot > :after""";

    private record Row(Instant slot, Long[] counts, Long[] latency, List<SlowStatement> statements) {}

    private final Database control;
    private final UUID instance;

    /** @param instance this process, anew with each start */
    public ActivityRows(Database control, UUID instance) {
        this.control = control;
        this.instance = instance;
    }

    /** Emits what all instances have stored of the tenant up to {@code now}. */
    public Mono<Insight> of(TenantId tenant, Instant now) {
        return control.client()
                .sql(READ)
                .bind("tenant", tenant.value())
                .bind("after", now.minus(DAY).minus(SLOT))
                .map(row -> new Row(
                        Objects.requireNonNull(row.get("slot", Instant.class)),
                        Objects.requireNonNull(row.get("counts", Long[].class)),
                        Objects.requireNonNull(row.get("latency", Long[].class)),
                        JSON.readValue(Objects.requireNonNull(row.get("statements", String.class)), STATEMENTS)))
                .all()
                .collectList()
                .map(rows -> new Insight(summed(rows, now, HOUR), summed(rows, now, DAY)))
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Stores totals; doing it again changes nothing. */
    Mono<Void> store(List<ActivityMeter.Line> lines) {
        return control.client()
                .sql(STORE)
                .bind("instance", instance)
                .bind(
                        "tenants",
                        lines.stream().map(line -> line.tenant().value()).toArray(UUID[]::new))
                .bind(
                        "slots",
                        lines.stream().map(line -> line.start().toString()).toArray(String[]::new))
                .bind("counts", lines.stream().map(line -> array(line.counts())).toArray(String[]::new))
                .bind(
                        "latencies",
                        lines.stream().map(line -> array(line.slot().latency())).toArray(String[]::new))
                .bind(
                        "statements",
                        lines.stream()
                                .map(line -> JSON.writeValueAsString(line.slot().slowest()))
                                .toArray(String[]::new))
                .then();
    }

    /** Removes some of what is older than anybody is told. */
    Mono<Void> forget(Instant now) {
        return control.client()
                .sql(FORGET)
                .bind("before", now.minus(DAY).minus(HOUR))
                .bind("most", FORGOTTEN_AT_ONCE)
                .then();
    }

    private static Activity summed(List<Row> rows, Instant now, Duration span) {
        var counts = new long[Slot.Count.values().length];
        var latency = new long[Latencies.BUCKETS];
        var within = rows.stream()
                .filter(row -> row.slot().isAfter(now.minus(span).minus(SLOT)))
                .toList();
        within.forEach(row -> {
            add(counts, row.counts());
            add(latency, row.latency());
        });
        var statements = within.stream()
                .flatMap(row -> row.statements().stream())
                .collect(Collectors.toMap(SlowStatement::text, one -> one, SlowStatement::and));
        return new Activity(span, counts, latency, Slot.slowest(statements.values()));
    }

    private static void add(long[] sums, Long[] values) {
        for (var index = 0; index < Math.min(sums.length, values.length); index++) {
            sums[index] += values[index];
        }
    }

    private static String array(Long[] values) {
        return Arrays.stream(values).map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }
}
