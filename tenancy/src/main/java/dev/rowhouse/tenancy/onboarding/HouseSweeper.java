package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Removes from the shards what nobody will live in: houses given up or retired, and scratch houses left by a crash.
 *
 * <p>A house's row is written before anything of it exists, so an id without a row is not left over from here: it belongs
 * to another installation, or the control database has forgotten it. Such a house may hold a customer's rows. It is
 * reported and never removed.
 */
public final class HouseSweeper {

    private static final Logger log = LoggerFactory.getLogger(HouseSweeper.class);
    private static final int SHARDS_AT_ONCE = 8;
    private static final int REMOVED_AT_ONCE = 100;

    // An operation that still runs builds on; one that has ended has given its house back or up.
    private static final String GIVE_UP = """
            UPDATE house SET state = 'removing', tenant = NULL
            WHERE id IN (
                SELECT h.id FROM house h
                WHERE h.state = 'building' AND h.created_at < now() - make_interval(secs => :deadline)
                  AND NOT EXISTS (SELECT FROM operation o WHERE o.tenant = h.tenant AND o.state IN ('queued', 'running'))
                FOR UPDATE OF h SKIP LOCKED)
            """;

    // The row stays locked until the house is gone: of several instances one removes it.
    private static final String NEXT = "SELECT " + Houses.COLUMNS + """
             FROM house h WHERE h.state = 'removing' AND h.shard = :shard
            ORDER BY h.created_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """;

    private static final String FORGET = "DELETE FROM house WHERE id = :id AND state = 'removing'";

    private static final String UNKNOWN = """
            SELECT standing.id FROM unnest(:standing::text[]) AS standing(id)
            WHERE NOT EXISTS (SELECT FROM house h WHERE h.id = standing.id)
            """;

    private final Database database;
    private final ShardRegistry registry;
    private final HouseSupply supply;
    private final WarmPoolSettings settings;
    private final Clock clock;
    private final Map<HouseId, Instant> firstSeen = new ConcurrentHashMap<>();

    public HouseSweeper(
            Database database, ShardRegistry registry, HouseSupply supply, WarmPoolSettings settings, Clock clock) {
        this.database = database;
        this.registry = registry;
        this.supply = supply;
        this.settings = settings;
        this.clock = clock;
    }

    /** Begins to sweep, and goes on. */
    public void start(BackgroundWork background) {
        background.repeat("house sweeper", settings.sweep(), sweep());
    }

    /** Sweeps once. */
    public Mono<Void> sweep() {
        return giveUp().thenMany(Flux.defer(() -> Flux.fromIterable(registry.known())))
                .flatMap(this::sweep, SHARDS_AT_ONCE)
                .then();
    }

    private Mono<Long> giveUp() {
        return database.client()
                .sql(GIVE_UP)
                .bind("deadline", settings.buildDeadline().toMillis() / 1_000.0)
                .fetch()
                .rowsUpdated();
    }

    private Mono<Void> sweep(ShardDefinition shard) {
        return registry.isReachable(shard.name())
                .filter(Boolean::booleanValue)
                .flatMap(_ -> removeGivenUp(shard.name()).then(Mono.defer(() -> lookAtUnknown(shard.name()))))
                .onErrorResume(
                        failure -> Mono.fromRunnable(() -> log.warn("shard {} was not swept", shard.name(), failure)));
    }

    private Mono<Void> removeGivenUp(ShardName shard) {
        return Mono.defer(() -> database.transaction(removeNext(shard)))
                .repeatWhen(rounds -> rounds.take(REMOVED_AT_ONCE).takeWhile(removed -> removed > 0))
                .then();
    }

    private Mono<HouseId> removeNext(ShardName shard) {
        return database.client()
                .sql(NEXT)
                .bind("shard", shard.value())
                .map(Houses::house)
                .one()
                .map(House::id)
                .delayUntil(house -> supply.remove(shard, house))
                .delayUntil(this::forget);
    }

    private Mono<Void> forget(HouseId house) {
        return database.client().sql(FORGET).bind("id", house.value()).then();
    }

    // The rows are read after the shard: a house that began in between has its row by then.
    private Mono<Void> lookAtUnknown(ShardName shard) {
        return supply.standing(shard)
                .map(HouseId::value)
                .collectList()
                .filter(standing -> !standing.isEmpty())
                .flatMapMany(this::withoutRow)
                .collectList()
                .flatMapMany(unknown -> Flux.fromIterable(expired(shard, unknown)))
                .concatMap(scratch -> supply.remove(shard, scratch))
                .then();
    }

    private Flux<HouseId> withoutRow(List<String> standing) {
        return database.client()
                .sql(UNKNOWN)
                .bind("standing", standing.toArray(String[]::new))
                .map(row -> new HouseId(Objects.requireNonNull(row.get("id", String.class))))
                .all();
    }

    // PostgreSQL does not tell when a schema was created, so its age here counts from when it was first seen.
    private Set<HouseId> expired(ShardName shard, List<HouseId> unknown) {
        var now = clock.instant();
        var expired = new HashSet<HouseId>();
        for (var house : unknown) {
            var seen = firstSeen.putIfAbsent(house, now);
            if (seen == null && !house.isScratch()) {
                log.warn("house {} stands on shard {} and is not in the control database", house, shard);
            }
            if (seen != null
                    && house.isScratch()
                    && seen.plus(settings.scratchAge()).isBefore(now)) {
                expired.add(house);
            }
        }
        expired.forEach(firstSeen::remove);
        return expired;
    }
}
