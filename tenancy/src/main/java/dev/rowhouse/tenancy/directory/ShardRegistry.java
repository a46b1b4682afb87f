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
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The registered shards, in the control database; keeps {@code Shards} and {@code HouseBuilder} of this process open. */
public final class ShardRegistry {

    private static final Duration REFRESH = Duration.ofSeconds(2);

    private static final String SELECT = """
            SELECT name, host, port, database, region, weight, draining, lanes, labels::text AS labels FROM shard
            """;

    private static final String STORE = """
            INSERT INTO shard (name, host, port, database, region, weight, draining, lanes, labels,
                               registered_by, changed_by)
            VALUES (:name, :host, :port, :database, :region, :weight, :draining, :lanes, :labels::jsonb, :actor, :actor)
            ON CONFLICT (name) DO UPDATE
            SET host = excluded.host, port = excluded.port, database = excluded.database, region = excluded.region,
                weight = excluded.weight, draining = excluded.draining,
                lanes = greatest(shard.lanes, excluded.lanes), labels = excluded.labels,
                changed_by = excluded.changed_by, changed_at = now()
            RETURNING name, host, port, database, region, weight, draining, lanes, labels::text AS labels
            """;

    private static final String COUNTS = """
            SELECT (SELECT count(*) FROM tenant t WHERE t.shard = :name AND t.state NOT IN ('failed', 'erased')) AS tenants,
                   (SELECT count(*) FROM house h
                    WHERE h.shard = :name AND h.state = 'ready' AND h.tenant IS NULL) AS ready
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

    /** Opens all registered shards, and takes over what changed about them. */
    public Mono<Void> load() {
        return all().doOnNext(this::take).then();
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
                .sql(SELECT + "WHERE name = :name")
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
                .sql(SELECT + "WHERE name = :name FOR UPDATE")
                .bind("name", name.value())
                .map(ShardRegistry::definition)
                .one();
        return database.transaction(locked.flatMap(shard -> write(changed(shard, change), actor)))
                .doOnNext(this::take)
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
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
