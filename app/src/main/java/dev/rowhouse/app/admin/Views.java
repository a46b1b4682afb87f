package dev.rowhouse.app.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.blueprint.PublishedBlueprint;
import dev.rowhouse.tenancy.directory.ShardRegistry.ShardStatistics;
import dev.rowhouse.tenancy.directory.Tenant;
import dev.rowhouse.tenancy.directory.TenantEvent;
import dev.rowhouse.tenancy.directory.TenantKeys;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.usage.TenantUsage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON shapes of the admin API. Members become {@code snake_case} on the way out. */
final class Views {

    private Views() {}

    record BlueprintView(String name, int version) {

        static BlueprintView of(BlueprintVersion blueprint) {
            return new BlueprintView(blueprint.name(), blueprint.version());
        }
    }

    record TenantView(
            String slug,
            String name,
            String state,
            String plan,
            @Nullable String shard,
            @Nullable String region,
            BlueprintView blueprint,
            Map<String, String> labels,
            String baseUrl,
            Instant createdAt,
            @Nullable Instant activatedAt,
            TenantUsage usage,
            Set<String> flags,
            Map<String, Long> quotas,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonRawValue @Nullable
            String jwks,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            ExpectedView jwt) {

        static TenantView of(Tenant tenant, String baseUrl, TenantUsage usage) {
            var shard = tenant.shard();
            var trust = tenant.trust();
            return new TenantView(
                    tenant.slug().value(),
                    tenant.name(),
                    tenant.state().label(),
                    tenant.plan(),
                    shard == null ? null : shard.value(),
                    tenant.region(),
                    BlueprintView.of(tenant.blueprint()),
                    tenant.labels(),
                    baseUrl,
                    tenant.createdAt(),
                    tenant.activatedAt(),
                    usage,
                    tenant.flags(),
                    quotasOf(tenant),
                    trust == null ? null : trust.jwks(),
                    trust == null ? null : new ExpectedView(trust.issuer(), trust.audience()));
        }
    }

    // Those that are set; what the plan says is the plan's.
    private static Map<String, Long> quotasOf(Tenant tenant) {
        var quotas = new TreeMap<String, Long>();
        tenant.quotas().forEach((quota, value) -> quotas.put(quota.label(), value));
        return quotas;
    }

    /** What the tokens of a tenant's users must say. */
    record ExpectedView(@Nullable String issuer, @Nullable String audience) {}

    record KeysView(String publishable, String secret) {

        static @Nullable KeysView of(@Nullable TenantKeys keys) {
            return keys == null ? null : new KeysView(keys.publishable(), keys.secret());
        }
    }

    record EventView(
            int sequence,
            String type,
            String actor,
            @Nullable String reason,
            Instant at,
            Map<String, Object> data) {

        static EventView of(TenantEvent event) {
            return new EventView(
                    event.sequence(), event.type(), event.actor().value(), event.reason(), event.at(), event.data());
        }
    }

    record StepView(
            String name,
            String state,
            int attempts,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String error) {

        static StepView of(Operation.Step step) {
            return new StepView(
                    step.name(), step.state().label(), step.attempts(), step.startedAt(), step.endedAt(), step.error());
        }
    }

    record OperationView(
            UUID id,
            String type,
            @Nullable String tenant,
            String state,
            int percent,
            List<StepView> steps,
            Map<String, Object> result,
            @Nullable String error,
            String actor,
            Instant createdAt,
            Instant updatedAt) {

        static OperationView of(Operation operation) {
            return new OperationView(
                    operation.id(),
                    operation.type(),
                    operation.subject() == null ? null : operation.slug().value(),
                    operation.state().label(),
                    operation.percent(),
                    operation.steps().stream().map(StepView::of).toList(),
                    operation.result(),
                    operation.error(),
                    operation.actor().value(),
                    operation.createdAt(),
                    operation.updatedAt());
        }
    }

    record ShardView(
            String name,
            String host,
            int port,
            String database,
            String region,
            int weight,
            boolean draining,
            int lanes,
            Map<String, String> labels,
            @Nullable ShardStatistics statistics) {

        static ShardView of(ShardDefinition shard, @Nullable ShardStatistics statistics) {
            return new ShardView(
                    shard.name().value(),
                    shard.endpoint().host(),
                    shard.endpoint().port(),
                    shard.endpoint().database(),
                    shard.region(),
                    shard.weight(),
                    shard.draining(),
                    shard.lanes(),
                    shard.labels(),
                    statistics);
        }
    }

    record PublishedView(
            String name,
            int version,
            String checksum,
            List<String> files,
            int relations,
            int routines,
            List<String> warnings,
            Instant publishedAt,
            String publishedBy) {

        static PublishedView of(PublishedBlueprint published) {
            return new PublishedView(
                    published.version().name(),
                    published.version().version(),
                    published.checksum(),
                    published.files(),
                    published.relations(),
                    published.routines(),
                    published.warnings(),
                    published.publishedAt(),
                    published.publishedBy());
        }
    }
}
