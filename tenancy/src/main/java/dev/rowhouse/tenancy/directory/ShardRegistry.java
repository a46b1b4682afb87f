package dev.rowhouse.tenancy.directory;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The registered shards, in the control database; keeps {@code Shards} and {@code HouseBuilder} of this process open. */
public final class ShardRegistry {

    private static final Duration REFRESH = Duration.ofSeconds(2);

    private static final String SELECT = """
            SELECT name, host, port, database, region, weight, draining, lanes, labels::text AS labels FROM shard
            WHERE forgotten_at IS NULL
            """;

    private static final String STORE = """
            INSERT INTO shard (name, host, port, database, region, weight, draining, lanes, labels,
                               registered_by, changed_by)
            VALUES (:name, :host, :port, :database, :region, :weight, :draining, :lanes, :labels::jsonb, :actor, :actor)
            ON CONFLICT (name) DO UPDATE
            SET host = excluded.host, port = excluded.port, database = excluded.database, region = excluded.region,
                weight = excluded.weight, draining = excluded.draining,
                lanes = greatest(shard.lanes, excluded.lanes), labels = excluded.labels, forgotten_at = NULL,
                changed_by = excluded.changed_by, changed_at = now()
            RETURNING name, host, port, database, region, weight, draining, lanes, labels::text AS labels
            """;

    private static final String COUNTS = """
            SELECT (SELECT count(*) FROM tenant t WHERE t.shard = :name AND t.state NOT IN ('failed', 'erased')) AS tenants,
                   (SELECT count(*) FROM house h
                    WHERE h.shard = :name AND h.state = 'ready' AND h.tenant IS NULL) AS ready
            """;

    private static final String FORGOTTEN = "SELECT name FROM shard WHERE forgotten_at IS NOT NULL";

    private static final String LEFT = """
            SELECT (SELECT count(*) FROM tenant t WHERE t.shard = :name AND t.state NOT IN ('failed', 'erased'))
                 + (SELECT count(*) FROM house h WHERE h.shard = :name AND h.tenant IS NOT NULL
                    AND NOT EXISTS (SELECT FROM tenant t WHERE t.id = h.tenant AND t.shard = :name
                                    AND t.state NOT IN ('failed', 'erased'))) AS tenants
            """;

    // Nobody builds on the shard any more, and what stands on its server goes with the server.
    private static final String LET_GO = """
            DELETE FROM house h WHERE h.shard = :name AND h.tenant IS NULL
              AND NOT EXISTS (SELECT FROM tenant t WHERE t.house = h.id)
            """;

    private static final String FORGET = """
            UPDATE shard SET forgotten_at = now(), changed_by = :actor, changed_at = now() WHERE name = :name
            """;

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    /** A merge patch; a null component stays. */
    public record ShardChange(
            @Nullable String host,
            @Nullable Integer port,
            @Nullable String region,
            @Nullable Integer weight,
            @Nullable Boolean draining,
            @Nullable Map<String, @Nullable String> labels) {}

    /** What is known of a shard's load. */
    public record ShardStatistics(
            boolean reachable, long tenants, long readyHouses, int connections, int connectionsInUse, int pending) {}

    private final Database database;
    private final ShardAccess access;
    private final Map<ShardName, ShardDefinition> open = new ConcurrentHashMap<>();

    public ShardRegistry(Database database, ShardAccess access) {
        this.database = database;
        this.access = access;
    }

    /** Begins to follow what other instances register. */
    public void start(BackgroundWork background) {
        background.repeat("shard registry", REFRESH, load());
    }

    /** Opens all registered shards, takes over what changed about them, and closes those that are forgotten. */
    public Mono<Void> load() {
        return all().doOnNext(this::take).then(Mono.defer(this::leaveForgotten));
    }

    private Mono<Void> leaveForgotten() {
        return database.client()
                .sql(FORGOTTEN)
                .map(row -> new ShardName(TenantRows.required(row, "name", String.class)))
                .all()
                .concatMap(this::leave)
                .then();
    }

    /** Returns the shards open in this process, as last seen. */
    public Collection<ShardDefinition> known() {
        return List.copyOf(open.values());
    }

    /** Says whether the shard's server answers. */
    public Mono<Boolean> isReachable(ShardName shard) {
        return access.isReachable(shard).onErrorReturn(false);
    }

    /** Prepares the server, registers the shard and opens it. Repeating it takes over a changed endpoint. */
    public Mono<ShardDefinition> register(
            ShardDefinition shard, PostgresLogin superuser, List<String> extensions, Actor actor) {
        return access.prepare(shard, superuser, extensions).then(Mono.defer(() -> store(shard, actor)));
    }

    /** Emits the shard, or nothing. */
    public Mono<ShardDefinition> find(ShardName name) {
        return database.client()
                .sql(SELECT + "AND name = :name")
                .bind("name", name.value())
                .map(ShardRegistry::definition)
                .one()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Emits all shards by name. */
    public Flux<ShardDefinition> list() {
        return all().onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Applies the change and emits the changed shard, or nothing if there is none. */
    public Mono<ShardDefinition> change(ShardName name, ShardChange change, Actor actor) {
        var locked = database.client()
                .sql(SELECT + "AND name = :name FOR UPDATE")
                .bind("name", name.value())
                .map(ShardRegistry::definition)
                .one();
        return database.transaction(locked.flatMap(shard -> write(changed(shard, change), actor)))
                .doOnNext(this::take)
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /**
     * Forgets a draining shard without tenants and emits what it was, or nothing if there is none. Every instance closes it
     * soon; what lies on its server stays there.
     */
    public Mono<ShardDefinition> forget(ShardName name, Actor actor) {
        var locked = database.client()
                .sql(SELECT + "AND name = :name FOR UPDATE")
                .bind("name", name.value())
                .map(ShardRegistry::definition)
                .one();
        return database.transaction(locked.flatMap(shard -> shard.draining()
                        ? letGo(shard, actor)
                        : Mono.error(() -> DirectoryError.ShardInUse.notDraining(name))))
                .flatMap(shard -> leave(shard.name()).thenReturn(shard))
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    private Mono<ShardDefinition> letGo(ShardDefinition shard, Actor actor) {
        return tenantsLeft(shard.name())
                .flatMap(left -> left == 0
                        ? update(LET_GO, shard.name())
                                .then(database.client()
                                        .sql(FORGET)
                                        .bind("name", shard.name().value())
                                        .bind("actor", actor.value())
                                        .fetch()
                                        .rowsUpdated())
                                .thenReturn(shard)
                        : Mono.error(() -> DirectoryError.ShardInUse.byTenants(shard.name(), left)));
    }

    private Mono<Long> tenantsLeft(ShardName name) {
        return database.client()
                .sql(LEFT)
                .bind("name", name.value())
                .map(row -> TenantRows.required(row, "tenants", Long.class))
                .one();
    }

    private Mono<Long> update(String sql, ShardName name) {
        return database.client().sql(sql).bind("name", name.value()).fetch().rowsUpdated();
    }

    /** Emits the shard's statistics, or nothing if there is none. */
    public Mono<ShardStatistics> statistics(ShardName name) {
        return find(name)
                .flatMap(_ -> Mono.zip(isReachable(name), counts(name), (reachable, counts) -> {
                    var connections = access.connections(name);
                    return new ShardStatistics(
                            reachable,
                            counts.tenants(),
                            counts.ready(),
                            connections.open(),
                            connections.inUse(),
                            connections.pending());
                }));
    }

    private record Counts(long tenants, long ready) {}

    private Mono<Counts> counts(ShardName name) {
        return database.client()
                .sql(COUNTS)
                .bind("name", name.value())
                .map(row -> new Counts(
                        TenantRows.required(row, "tenants", Long.class), TenantRows.required(row, "ready", Long.class)))
                .one()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    private Flux<ShardDefinition> all() {
        return database.client()
                .sql(SELECT + "ORDER BY name")
                .map(ShardRegistry::definition)
                .all();
    }

    private Mono<ShardDefinition> store(ShardDefinition shard, Actor actor) {
        return write(shard, actor)
                .doOnNext(this::take)
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    private Mono<ShardDefinition> write(ShardDefinition shard, Actor actor) {
        return database.client()
                .sql(STORE)
                .bind("name", shard.name().value())
                .bind("host", shard.endpoint().host())
                .bind("port", shard.endpoint().port())
                .bind("database", shard.endpoint().database())
                .bind("region", shard.region())
                .bind("weight", shard.weight())
                .bind("draining", shard.draining())
                .bind("lanes", shard.lanes())
                .bind("labels", JsonMapper.shared().writeValueAsString(shard.labels()))
                .bind("actor", actor.value())
                .map(ShardRegistry::definition)
                .one();
    }

    private void take(ShardDefinition shard) {
        if (!shard.equals(open.get(shard.name()))) {
            access.open(shard);
            open.put(shard.name(), shard);
        }
    }

    // Sessions that close say goodbye to their servers, which blocks.
    private Mono<Void> leave(ShardName shard) {
        return Mono.defer(() -> open.remove(shard) == null
                ? Mono.empty()
                : Mono.<Void>fromRunnable(() -> access.close(shard)).subscribeOn(Schedulers.boundedElastic()));
    }

    private static ShardDefinition changed(ShardDefinition shard, ShardChange change) {
        var host = change.host() == null ? shard.endpoint().host() : change.host();
        var port = change.port() == null ? shard.endpoint().port() : change.port();
        return new ShardDefinition(
                shard.name(),
                new PostgresEndpoint(host, port, shard.endpoint().database()),
                change.region() == null ? shard.region() : change.region(),
                change.weight() == null ? shard.weight() : change.weight(),
                change.draining() == null ? shard.draining() : change.draining(),
                shard.lanes(),
                change.labels() == null ? shard.labels() : Tenants.patched(shard.labels(), change.labels()));
    }

    private static ShardDefinition definition(Readable row) {
        return new ShardDefinition(
                new ShardName(TenantRows.required(row, "name", String.class)),
                new PostgresEndpoint(
                        TenantRows.required(row, "host", String.class),
                        TenantRows.required(row, "port", Integer.class),
                        TenantRows.required(row, "database", String.class)),
                TenantRows.required(row, "region", String.class),
                TenantRows.required(row, "weight", Integer.class),
                TenantRows.required(row, "draining", Boolean.class),
                TenantRows.required(row, "lanes", Integer.class),
                JsonMapper.shared().readValue(TenantRows.required(row, "labels", String.class), LABELS));
    }
}
