package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.platform.crypto.UuidV7;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.directory.DirectoryError;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.TenantKeys;
import dev.rowhouse.tenancy.directory.TenantLife;
import dev.rowhouse.tenancy.directory.TenantLife.Beginning;
import dev.rowhouse.tenancy.operation.Acceptance;
import dev.rowhouse.tenancy.operation.IdempotentRequest;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.operation.OperationOrder;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationRunner;
import dev.rowhouse.tenancy.operation.OperationSubject;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Use case: a tenant is ordered. Slug, key hashes and operation are stored together or not at all. */
public final class Onboarding {

    /**
     * An accepted order.
     *
     * @param keys null in a replay
     * @param replayed whether this order had been accepted before under the same idempotency key
     */
    public record Accepted(Operation operation, @Nullable TenantKeys keys, boolean replayed) {}

    private final OperationRunner runner;
    private final TenantLife life;
    private final ShardRegistry registry;
    private final HouseSupply supply;
    private final String defaultBlueprint;

    /** @param runner knows {@link OnboardingSaga} */
    public Onboarding(
            Database database,
            OperationRunner runner,
            ShardRegistry registry,
            HouseSupply supply,
            String defaultBlueprint) {
        this.runner = runner;
        this.life = new TenantLife(database);
        this.registry = registry;
        this.supply = supply;
        this.defaultBlueprint = defaultBlueprint;
    }

    /** Stores the order and starts its operation; emits as soon as it is stored. */
    public Mono<Accepted> accept(NewTenant order, @Nullable String idempotencyKey, Actor actor) {
        var request = idempotencyKey == null ? null : new IdempotentRequest(idempotencyKey, fingerprint(order));
        return Mono.justOrEmpty(request)
                .flatMap(known -> runner.earlier(known, actor))
                .map(Onboarding::replay)
                .switchIfEmpty(Mono.defer(() -> store(order, request, actor)))
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    private Mono<Accepted> store(NewTenant order, @Nullable IdempotentRequest request, Actor actor) {
        return requirePlaceable(order)
                .then(Mono.defer(() -> version(order)))
                .flatMap(version -> store(order, version, request, actor))
                .onErrorMap(DuplicateKeyException.class, _ -> new DirectoryError.SlugTaken(order.slug()));
    }

    private Mono<Accepted> store(
            NewTenant order, BlueprintVersion version, @Nullable IdempotentRequest request, Actor actor) {
        var id = new TenantId(UuidV7.next());
        var keys = TenantKeys.random();
        var beginning =
                new Beginning(id, order.slug(), order.name(), order.plan(), order.region(), version, order.labels());
        var run = new OperationRun(
                UuidV7.next(),
                OnboardingSaga.TYPE,
                new OperationSubject(id, order.slug()),
                input(order, version),
                actor,
                null);
        return runner.accept(
                        new OperationOrder(run, Set.of(ReserveStep.NAME), request), life.begin(beginning, keys, actor))
                .map(acceptance ->
                        acceptance.replayed() ? replay(acceptance) : new Accepted(acceptance.operation(), keys, false));
    }

    private static Accepted replay(Acceptance acceptance) {
        return new Accepted(acceptance.operation(), null, true);
    }

    private Mono<BlueprintVersion> version(NewTenant order) {
        var name = Objects.requireNonNullElse(order.blueprint(), defaultBlueprint);
        return supply.newest(name)
                .switchIfEmpty(Mono.error(() ->
                        new DirectoryError.NotPlaceable("blueprint", "blueprint '" + name + "' is not published")));
    }

    // A name unknown here may have been registered through another instance a moment ago.
    private Mono<Void> requirePlaceable(NewTenant order) {
        return refusal(order) == null
                ? Mono.empty()
                : registry.load().then(Mono.defer(() -> {
                    var refusal = refusal(order);
                    return refusal == null ? Mono.empty() : Mono.error(refusal);
                }));
    }

    private DirectoryError.@Nullable NotPlaceable refusal(NewTenant order) {
        var shards = registry.known();
        var named = order.shard();
        var region = order.region();
        if (named != null) {
            return refusal(
                    named,
                    region,
                    shards.stream()
                            .filter(shard -> shard.name().value().equals(named))
                            .findFirst()
                            .orElse(null));
        }
        if (region != null && shards.stream().noneMatch(shard -> shard.region().equals(region))) {
            return new DirectoryError.NotPlaceable("region", "no shard is in region '" + region + "'");
        }
        return shards.stream().allMatch(ShardDefinition::draining)
                ? new DirectoryError.NotPlaceable("shard", "no registered shard takes tenants")
                : null;
    }

    private static DirectoryError.@Nullable NotPlaceable refusal(
            String named, @Nullable String region, @Nullable ShardDefinition shard) {
        if (shard == null) {
            return new DirectoryError.NotPlaceable("shard", "shard '" + named + "' is not registered");
        }
        if (shard.draining()) {
            return new DirectoryError.NotPlaceable("shard", "shard '" + named + "' is draining and takes no tenants");
        }
        return region == null || shard.region().equals(region)
                ? null
                : new DirectoryError.NotPlaceable(
                        "region", "shard '" + named + "' is in region '" + shard.region() + "'");
    }

    private static Map<String, Object> input(NewTenant order, BlueprintVersion version) {
        var input = new HashMap<String, Object>(
                Map.of("plan", order.plan(), "blueprint", version.name(), "blueprint_version", version.version()));
        if (order.region() != null) {
            input.put("region", order.region());
        }
        if (order.shard() != null) {
            input.put("shard", order.shard());
        }
        return input;
    }

    private static Fingerprint fingerprint(NewTenant order) {
        var members = new TreeMap<String, @Nullable Object>();
        members.put("slug", order.slug().value());
        members.put("name", order.name());
        members.put("plan", order.plan());
        members.put("blueprint", order.blueprint());
        members.put("region", order.region());
        members.put("shard", order.shard());
        members.put("labels", new TreeMap<>(order.labels()));
        return Fingerprint.of(JsonMapper.shared().writeValueAsString(members));
    }
}
