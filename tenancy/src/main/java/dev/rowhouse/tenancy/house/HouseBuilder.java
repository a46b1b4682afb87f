package dev.rowhouse.tenancy.house;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.catalog.CustomField;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Builds houses on a shard, each in one transaction by one script, adds to them what their tenants wish, and takes them
 * down again.
 */
public final class HouseBuilder implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int WAITING = 1_000;
    private static final String PROOF = "proof";

    /** Looks at a house that was built to prove a blueprint, as its owner and before its transaction ends. */
    @FunctionalInterface
    public interface Inspection<T> {
        T inspect(AdministrativeSession session, HouseId scratch);
    }

    private final ShardLogins logins;
    private final Map<ShardName, BuildingYard> yards = new ConcurrentHashMap<>();
    private final Scheduler scheduler = Schedulers.newBoundedElastic(THREADS, WAITING, "house-builder");

    public HouseBuilder(ShardLogins logins) {
        this.logins = logins;
    }

    /** Opens a shard for building, or takes over its changed endpoint; connects to nothing yet. */
    public void open(ShardDefinition shard) {
        yards.compute(shard.name(), (_, known) -> {
            if (known != null && known.isAt(shard)) {
                return known;
            }
            if (known != null) {
                // Says goodbye to a server, which whoever asked for this must not wait for.
                scheduler.schedule(known::close);
            }
            return new BuildingYard(shard, logins);
        });
    }

    /** Closes a shard for building, if it is open. */
    public void close(ShardName shard) {
        var known = yards.remove(shard);
        if (known != null) {
            known.close();
        }
    }

    /** Returns the open shards, in the order of their names. */
    public List<ShardName> shards() {
        return yards.keySet().stream()
                .sorted(Comparator.comparing(ShardName::value))
                .toList();
    }

    /**
     * Builds {@code houses}, all on one shard and of one blueprint version, and emits them when all are ready. Memberships
     * of lanes are granted for all of them in one transaction. Building a house that stands already changes nothing; after
     * a failure those that were finished stand.
     *
     * @param script the blueprint's SQL
     */
    public Flux<House> build(List<House> houses, BlueprintScript script) {
        if (houses.isEmpty()) {
            return Flux.empty();
        }
        var shard = houses.getFirst().shard();
        if (!houses.stream().allMatch(house -> house.shard().equals(shard))) {
            throw new IllegalArgumentException("houses of several shards (expected: one shard)");
        }
        var plots = houses.stream().map(Plot::of).toList();
        var parts = script.files().stream().map(SqlFile::text).toList();
        return blocking(shard, () -> {
                    yard(shard).build(plots, parts);
                    return houses;
                })
                .flatMapIterable(built -> built);
    }

    /**
     * Builds a scratch house from {@code statements}, emits what {@code inspection} found in it, and removes it in any case.
     * Fails with {@link HouseError} when it cannot be built.
     */
    public <T> Mono<T> prove(ShardName shard, List<String> statements, Inspection<T> inspection) {
        return blocking(shard, () -> {
            var plot = new Plot(HouseId.scratch(), List.of(), PROOF);
            return yard(shard)
                    .prove(
                            plot,
                            (session, built) -> Construction.build(
                                    session, built, statements, () -> inspection.inspect(session, built.id())));
        });
    }

    /** Removes schema, objects and roles of a house, finished or not; one that is not there is no error. */
    public Mono<Void> remove(ShardName shard, HouseId house) {
        return blocking(shard, () -> {
                    yard(shard).remove(house);
                    return house;
                })
                .then();
    }

    /** Adds a tenant's own column to a house that stands; one that is there already stays as it is. Tries once. */
    public Mono<Void> add(House house, CustomField field) {
        return alter(house, Alteration.add(house.id(), field));
    }

    /** Drops a tenant's own column with what is in it; one that is not there is no error. Tries once. */
    public Mono<Void> drop(House house, CustomField field) {
        return alter(house, Alteration.drop(house.id(), field));
    }

    private Mono<Void> alter(House house, String alteration) {
        return blocking(house.shard(), () -> {
                    yard(house.shard()).alter(house.id(), alteration);
                    return house;
                })
                .then();
    }

    /** Emits the ids of all houses of which a schema or a role exists on the shard. */
    public Flux<HouseId> standing(ShardName shard) {
        return blocking(shard, () -> yard(shard).standing()).flatMapIterable(houses -> houses);
    }

    private BuildingYard yard(ShardName shard) {
        var yard = yards.get(shard);
        if (yard == null) {
            throw new ShardError.Unknown(shard);
        }
        return yard;
    }

    private <T> Mono<T> blocking(ShardName shard, Callable<T> work) {
        return Mono.fromCallable(work)
                .subscribeOn(scheduler)
                .onErrorMap(PostgresFailure.class, failure -> error(shard, failure));
    }

    private static ShardError error(ShardName shard, PostgresFailure failure) {
        return failure.isUnavailable()
                ? new ShardError.Unavailable(shard, failure)
                : new ShardError.Refused(
                        failure.sqlState(),
                        failure.text(),
                        failure.detail(),
                        failure.hint(),
                        null,
                        null,
                        null,
                        null,
                        failure);
    }

    @Override
    public void close() {
        scheduler.dispose();
        yards.values().forEach(BuildingYard::close);
    }
}
