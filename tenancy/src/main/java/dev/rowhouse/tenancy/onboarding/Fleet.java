package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.onboarding.Placement.Candidate;
import dev.rowhouse.tenancy.onboarding.Placement.Wish;
import dev.rowhouse.tenancy.operation.NotYet;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The shards that can take a tenant now. Counted once a second at most; what this instance places in between is added, so
 * that a burst spreads.
 */
final class Fleet {

    private static final Duration VALID = Duration.ofSeconds(1);
    // A shard that is slower than this takes no tenant in this second while another is quicker.
    private static final Duration ANSWER = Duration.ofMillis(250);
    private static final Duration SLOW_ANSWER = Duration.ofSeconds(2);
    // Shards are asked side by side: one that does not answer must not keep the others waiting.
    private static final int ASKED_AT_ONCE = 16;

    private static final String COUNTS = """
            SELECT shard, count(*) AS tenants FROM tenant
            WHERE shard IS NOT NULL AND state NOT IN ('failed', 'erased') GROUP BY shard
            """;

    private record Open(ShardDefinition shard, AtomicLong tenants) {}

    private final Database database;
    private final ShardRegistry registry;
    private final Placement placement;
    private final Mono<Map<ShardName, Open>> open;

    Fleet(Database database, ShardRegistry registry, Placement placement) {
        this.database = database;
        this.registry = registry;
        this.placement = placement;
        this.open = Mono.defer(this::count).cache(_ -> VALID, _ -> Duration.ZERO, () -> Duration.ZERO);
    }

    /** Emits the shard for a tenant; {@link ShardError.Unavailable} or {@link NotYet} if none takes it now. */
    Mono<ShardDefinition> choose(Wish wish, @Nullable String named) {
        return open.map(shards -> named == null ? byPlacement(wish, shards) : byName(new ShardName(named), shards));
    }

    private static ShardDefinition byName(ShardName name, Map<ShardName, Open> shards) {
        var found = shards.get(name);
        if (found == null) {
            throw new ShardError.Unavailable(name, null);
        }
        found.tenants().incrementAndGet();
        return found.shard();
    }

    private ShardDefinition byPlacement(Wish wish, Map<ShardName, Open> shards) {
        var candidates = shards.values().stream()
                .map(found -> new Candidate(found.shard(), found.tenants().get()))
                .toList();
        var chosen = placement.choose(wish, candidates).orElseThrow(() -> new NotYet("no shard takes the tenant now"));
        Objects.requireNonNull(shards.get(chosen.name()), "placement chose a shard that was no candidate")
                .tenants()
                .incrementAndGet();
        return chosen;
    }

    // When all are slow, slow ones are better than none.
    private Mono<Map<ShardName, Open>> count() {
        var answering = answering(ANSWER)
                .filter(quick -> !quick.isEmpty())
                .switchIfEmpty(Mono.defer(() -> answering(SLOW_ANSWER)));
        return Mono.zip(answering, tenants(), Fleet::counted);
    }

    private Mono<List<ShardDefinition>> answering(Duration within) {
        return Flux.fromIterable(registry.known())
                .filter(shard -> !shard.draining())
                .flatMap(
                        shard -> registry.isReachable(shard.name())
                                .timeout(within, Mono.just(false))
                                .filter(Boolean::booleanValue)
                                .map(_ -> shard),
                        ASKED_AT_ONCE)
                .collectList();
    }

    private Mono<Map<String, Long>> tenants() {
        return database.client()
                .sql(COUNTS)
                .map(row -> Map.entry(
                        Objects.requireNonNull(row.get("shard", String.class)),
                        Objects.requireNonNull(row.get("tenants", Long.class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static Map<ShardName, Open> counted(List<ShardDefinition> shards, Map<String, Long> tenants) {
        var open = new ConcurrentHashMap<ShardName, Open>();
        for (var shard : shards) {
            var count = tenants.getOrDefault(shard.name().value(), 0L);
            open.put(shard.name(), new Open(shard, new AtomicLong(count)));
        }
        return open;
    }
}
