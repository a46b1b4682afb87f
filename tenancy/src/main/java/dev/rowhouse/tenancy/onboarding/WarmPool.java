package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps empty houses ready, per shard and newest blueprint version, so that onboarding is a matter of a few rows. Several
 * instances keep one pool: who writes the rows of the missing houses builds them.
 */
public final class WarmPool {

    private static final Logger log = LoggerFactory.getLogger(WarmPool.class);

    // Shards are filled side by side: one that hangs keeps no other waiting.
    private static final int SHARDS_AT_ONCE = 8;

    // One instance at a time counts and orders; the lock ends with the transaction.
    private static final String LOCK = """
            SELECT pg_try_advisory_xact_lock(hashtextextended('warm pool ' || :shard || ' ' || :blueprint, 0)) AS mine
            """;

    // Of all shards and blueprints at once: most of the time nothing is missing.
    private static final String STANDING = """
            SELECT shard, blueprint, version, count(*) AS standing FROM house
            WHERE tenant IS NULL AND state IN ('ready', 'building')
            GROUP BY shard, blueprint, version
            """;

    private static final String ORDER = """
            INSERT INTO house (id, shard, blueprint, version, lanes, state)
            VALUES (:id, :shard, :blueprint, :version, :lanes, 'building')
            """;

    private static final String RETIRE = """
            UPDATE house SET state = 'removing'
            WHERE id IN (
                SELECT id FROM house
                WHERE state = 'ready' AND tenant IS NULL AND blueprint = :blueprint AND version < :version
                FOR UPDATE SKIP LOCKED)
            """;

    private final Database database;
    private final Houses houses;
    private final ShardRegistry registry;
    private final HouseSupply supply;
    private final WarmPoolSettings settings;
    private final LaneDeck lanes = new LaneDeck();

    public WarmPool(Database database, ShardRegistry registry, HouseSupply supply, WarmPoolSettings settings) {
        this.database = database;
        this.houses = new Houses(database);
        this.registry = registry;
        this.supply = supply;
        this.settings = settings;
    }

    /** Begins to fill the pool, and goes on. */
    public void start(BackgroundWork background) {
        background.repeat("warm pool", settings.look(), refill());
    }

    /**
     * Retires houses of older versions and builds what is missing of the newest, one batch per shard and version. Shards of
     * which nothing is missing are not asked.
     */
    public Mono<Void> refill() {
        return Mono.zip(supply.newest().collectList(), standing(), this::refill).flatMap(Function.identity());
    }

    private Mono<Void> refill(List<BlueprintVersion> newest, Map<Shelf, Long> standing) {
        return Flux.fromIterable(newest)
                .filter(version -> standing.keySet().stream().anyMatch(shelf -> shelf.isOlderThan(version)))
                .concatMap(this::retire)
                .thenMany(Flux.fromIterable(registry.known()))
                .filter(shard -> !shard.draining())
                .flatMap(
                        shard -> fill(
                                shard,
                                newest.stream()
                                        .filter(version -> missing(standing, shard, version) > 0)
                                        .toList()),
                        SHARDS_AT_ONCE)
                .then();
    }

    private long missing(Map<Shelf, Long> standing, ShardDefinition shard, BlueprintVersion version) {
        return settings.size() - standing.getOrDefault(new Shelf(shard.name(), version), 0L);
    }

    private Mono<Map<Shelf, Long>> standing() {
        return database.client()
                .sql(STANDING)
                .map(row -> Map.entry(Shelf.of(row), Objects.requireNonNull(row.get("standing", Long.class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Where houses of one version stand on one shard. */
    private record Shelf(ShardName shard, BlueprintVersion version) {

        private static Shelf of(Readable row) {
            return new Shelf(
                    new ShardName(Objects.requireNonNull(row.get("shard", String.class))), Houses.version(row));
        }

        private boolean isOlderThan(BlueprintVersion other) {
            return version.name().equals(other.name()) && version.version() < other.version();
        }
    }

    private Mono<Long> retire(BlueprintVersion newest) {
        return database.client()
                .sql(RETIRE)
                .bind("blueprint", newest.name())
                .bind("version", newest.version())
                .fetch()
                .rowsUpdated();
    }

    private Mono<Void> fill(ShardDefinition shard, List<BlueprintVersion> missing) {
        if (missing.isEmpty()) {
            return Mono.empty();
        }
        return registry.isReachable(shard.name())
                .filter(Boolean::booleanValue)
                .flatMapMany(_ -> Flux.fromIterable(missing))
                .concatMap(version -> database.transaction(order(shard, version))
                        .filter(ordered -> !ordered.isEmpty())
                        .flatMap(this::build))
                .then()
                .timeout(settings.buildDeadline())
                .onErrorResume(failure -> Mono.fromRunnable(
                        () -> log.warn("the warm pool of shard {} was not filled", shard.name(), failure)));
    }

    private Mono<List<House>> order(ShardDefinition shard, BlueprintVersion version) {
        return database.client()
                .sql(LOCK)
                .bind("shard", shard.name().value())
                .bind("blueprint", version.name())
                .map(row -> Objects.requireNonNull(row.get("mine", Boolean.class)))
                .one()
                .filter(Boolean::booleanValue)
                .flatMap(_ -> standing())
                .map(standing -> Math.clamp(missing(standing, shard, version), 0, settings.batch()))
                .flatMap(missing -> Flux.range(0, missing)
                        .map(_ -> new House(HouseId.random(), shard.name(), lanes.deal(shard), version))
                        .concatMap(house -> write(house).thenReturn(house))
                        .collectList());
    }

    private Mono<Void> write(House house) {
        return database.client()
                .sql(ORDER)
                .bind("id", house.id().value())
                .bind("shard", house.shard().value())
                .bind("blueprint", house.blueprint().name())
                .bind("version", house.blueprint().version())
                .bind("lanes", house.lanes().toArray(Integer[]::new))
                .then();
    }

    // Ready only after idle connections know the new memberships: a house is not given out before it is quick.
    private Mono<Void> build(List<House> missing) {
        return supply.build(missing)
                .collectList()
                .delayUntil(_ -> supply.touchIdle(missing.getFirst().shard()))
                .flatMapMany(Flux::fromIterable)
                .concatMap(house -> houses.built(house.id()))
                .then();
    }
}
