package dev.rowhouse.app.admin;

import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.Tenant;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.insight.Activity;
import dev.rowhouse.tenancy.insight.ActivityRows;
import dev.rowhouse.tenancy.insight.Insight;
import dev.rowhouse.tenancy.insight.SlowStatement;
import dev.rowhouse.tenancy.usage.TenantUsage;
import dev.rowhouse.tenancy.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What one tenant's requests are like. */
public final class InsightHandlers {

    private static final double NANOS_PER_MILLI = 1_000_000.0;
    private static final double MICROS_PER_MILLI = 1_000.0;
    private static final double MOST = 1;

    /** The latencies are upper bounds of the buckets that they were counted in. */
    record LatencyView(double p50, double p95, double p99, double max) {

        static LatencyView of(Activity activity) {
            return new LatencyView(
                    millis(activity, 0.5), millis(activity, 0.95), millis(activity, 0.99), millis(activity, MOST));
        }

        private static double millis(Activity activity, double part) {
            return activity.latency(part) / NANOS_PER_MILLI;
        }
    }

    record CacheView(long lookups, long hits) {}

    record StatementView(String statement, long calls, double meanMs, double maxMs) {

        static StatementView of(SlowStatement slow) {
            return new StatementView(
                    slow.text(),
                    slow.calls(),
                    slow.totalMicros() / MICROS_PER_MILLI / slow.calls(),
                    slow.maxMicros() / MICROS_PER_MILLI);
        }
    }

    record ActivityView(
            long requests,
            double perSecond,
            long rejected,
            long refused,
            long failed,
            LatencyView latencyMs,
            CacheView cache,
            List<StatementView> slowestStatements) {

        static ActivityView of(Activity activity) {
            return new ActivityView(
                    activity.requests(),
                    activity.requests() / (double) activity.span().toSeconds(),
                    activity.rejected(),
                    activity.refused(),
                    activity.failed(),
                    LatencyView.of(activity),
                    new CacheView(activity.cacheLookups(), activity.cacheHits()),
                    activity.slowest().stream().map(StatementView::of).toList());
        }
    }

    record InsightView(
            String tenant,
            Instant at,
            ActivityView hour,
            ActivityView day,
            long storageBytes,
            @Nullable Double relayLagSeconds) {}

    private final Tenants tenants;
    private final Usage usage;
    private final ActivityRows activity;
    private final Function<ShardName, @Nullable Duration> lag;
    private final InstantSource clock;

    /** @param lag of the relay of a shard, null where none is known */
    public InsightHandlers(
            Tenants tenants,
            Usage usage,
            ActivityRows activity,
            Function<ShardName, @Nullable Duration> lag,
            InstantSource clock) {
        this.tenants = tenants;
        this.usage = usage;
        this.activity = activity;
        this.lag = lag;
        this.clock = clock;
    }

    Mono<ServerResponse> get(ServerRequest request, Operator operator) {
        var slug = Requests.slug(request);
        return tenants.find(slug)
                .switchIfEmpty(Mono.error(() -> Requests.unknown("tenant '" + slug + "' does not exist")))
                .flatMap(this::view)
                .flatMap(view -> ServerResponse.ok().bodyValue(view));
    }

    private Mono<InsightView> view(Tenant tenant) {
        var now = clock.instant();
        return Mono.zip(
                activity.of(tenant.id(), now),
                usage.of(List.of(tenant.id())),
                (insight, used) -> view(tenant, now, insight, Optional.ofNullable(used.get(tenant.id()))));
    }

    private InsightView view(Tenant tenant, Instant now, Insight insight, Optional<TenantUsage> used) {
        var house = tenant.house();
        var behind = house == null ? null : lag.apply(house.shard());
        return new InsightView(
                tenant.slug().value(),
                now,
                ActivityView.of(insight.hour()),
                ActivityView.of(insight.day()),
                used.map(TenantUsage::storageBytes).orElse(0L),
                behind == null ? null : behind.toMillis() / MICROS_PER_MILLI);
    }
}
