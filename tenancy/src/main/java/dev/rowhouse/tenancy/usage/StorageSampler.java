package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks from time to time how much room the tenants' houses take, a few houses at a time; of all instances one per shard. */
public final class StorageSampler {

    private static final int BATCH = 50;
    private static final int PARTS = 10;
    private static final double JITTER = 0.2;

    private static final String CLAIM = """
            INSERT INTO storage_round AS r (shard, begun_at) VALUES (:shard, now())
            ON CONFLICT (shard) DO UPDATE SET begun_at = now() WHERE r.begun_at < now() - make_interval(secs => :interval)""";

    private static final String HOUSES = """
            SELECT id, tenant FROM house WHERE shard = :shard AND state = 'taken' AND id > :after ORDER BY id LIMIT :limit""";

    private static final String SIZES = """
            SELECT n.nspname AS schema, coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes
            FROM pg_namespace AS n LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'm', 'S')
            WHERE n.nspname = ANY (:schemas::text[]) GROUP BY n.nspname""";

    private final Database control;
    private final Supplier<Collection<ShardDefinition>> shards;
    private final ShardLogins logins;
    private final StorageSamples samples;
    private final Clock clock;

    private record Taken(HouseId house, TenantId tenant) {}

    /** What was seen of a tenant's house. */
    record Sample(TenantId tenant, long bytes) {}

    /** @param shards that are open in this process, as they are now */
    public StorageSampler(
            Database control, Supplier<Collection<ShardDefinition>> shards, ShardLogins logins, Clock clock) {
        this.control = control;
        this.shards = shards;
        this.logins = logins;
        this.samples = new StorageSamples(control);
        this.clock = clock;
    }

    /** Begins to sample each shard once in that interval. */
    public void start(BackgroundWork background, Duration interval) {
        background.repeat("sampling storage", interval.dividedBy(PARTS), round(interval));
    }

    // Instances that started together do not ask together for ever.
    private Mono<Void> round(Duration interval) {
        return Mono.defer(() -> Mono.delay(
                        Duration.ofMillis((long) (interval.dividedBy(PARTS).toMillis() * JITTER * Math.random()))))
                .thenMany(Flux.defer(() -> Flux.fromIterable(shards.get())))
                .concatMapDelayError(
                        shard -> claimed(shard.name(), interval).flatMap(mine -> mine ? sample(shard) : Mono.empty()))
                .then();
    }

    private Mono<Boolean> claimed(ShardName shard, Duration interval) {
        return control.client()
                .sql(CLAIM)
                .bind("shard", shard.value())
                .bind("interval", interval.toMillis() / 1_000.0)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /** Samples every house of a shard that somebody lives in. */
    Mono<Void> sample(ShardDefinition shard) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> Database.open(shard.endpoint(), logins.journalReader(shard.name()), 1)),
                database -> houses(shard.name(), "")
                        .expand(houses -> houses.size() < BATCH
                                ? Mono.empty()
                                : houses(shard.name(), houses.getLast().house().value()))
                        .filter(houses -> !houses.isEmpty())
                        .concatMap(
                                houses -> sizes(database, houses)
                                        .flatMap(found -> samples.store(found, Instant.now(clock))),
                                1)
                        .then(),
                Database::closing);
    }

    private Mono<List<Taken>> houses(ShardName shard, String after) {
        return control.client()
                .sql(HOUSES)
                .bind("shard", shard.value())
                .bind("after", after)
                .bind("limit", BATCH)
                .map(row -> new Taken(
                        new HouseId(Objects.requireNonNull(row.get("id", String.class))),
                        new TenantId(Objects.requireNonNull(row.get("tenant", UUID.class)))))
                .all()
                .collectList();
    }

    private static Mono<List<Sample>> sizes(Database shard, List<Taken> houses) {
        return shard.client()
                .sql(SIZES)
                .bind(
                        "schemas",
                        houses.stream()
                                .map(taken -> taken.house().schema().value())
                                .toArray(String[]::new))
                .map(row -> Map.entry(
                        Objects.requireNonNull(row.get("schema", String.class)),
                        Objects.requireNonNull(row.get("bytes", Long.class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(bytes -> houses.stream()
                        .filter(taken ->
                                bytes.containsKey(taken.house().schema().value()))
                        .map(taken -> new Sample(
                                taken.tenant(),
                                bytes.getOrDefault(taken.house().schema().value(), 0L)))
                        .toList());
    }
}
