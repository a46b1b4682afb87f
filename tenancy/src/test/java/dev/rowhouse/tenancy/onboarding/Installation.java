package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.lifecycle.LifeOperations;
import dev.rowhouse.tenancy.operation.Failpoint;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.operation.OperationChanges;
import dev.rowhouse.tenancy.operation.OperationRunner;
import dev.rowhouse.tenancy.operation.Operations;
import dev.rowhouse.tenancy.operation.RunnerSettings;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One instance's control plane over a real control database, with houses in memory. */
public final class Installation implements AutoCloseable {

    public static final Actor OPERATOR = new Actor("operator:ada");
    public static final RunnerSettings QUICK =
            new RunnerSettings(Duration.ofMillis(600), Duration.ofMillis(50), 3, Duration.ofMillis(10), 8);
    static final WarmPoolSettings POOL = new WarmPoolSettings(
            4, 3, Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofSeconds(30), Duration.ofMinutes(10));
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CONNECTIONS = 10;

    public final Database database;
    public final InMemoryHouses houses;
    public final InMemoryShards shards;
    public final ShardRegistry registry;
    public final Residents residents;
    public final Tenants tenants;
    public final Operations operations;
    public final Onboarding onboarding;
    public final LifeOperations lifeOperations;
    public final WarmPool pool;
    public final HouseSweeper sweeper;
    final MovableClock clock = new MovableClock();
    public final BackgroundWork background = new BackgroundWork();

    private Installation(PostgresEndpoint endpoint, InMemoryHouses houses, InMemoryShards shards, Failpoint failpoint) {
        this.database = Database.open(endpoint, PostgresServer.shared().superuser(), CONNECTIONS);
        this.houses = houses;
        this.shards = shards;
        this.registry = new ShardRegistry(database, shards);
        this.residents = new Residents(database, _ -> Mono.just(new Catalog(Map.of(), Map.of())));
        this.tenants = new Tenants(database, residents);
        var changes = new OperationChanges();
        this.operations = new Operations(database, changes);
        var saga = OnboardingSaga.of(database, registry, houses, new WeighedPlacement(), residents);
        var sagas = new ArrayList<>(LifeOperations.sagas(residents));
        sagas.add(saga);
        var runner = new OperationRunner(database, background, sagas, changes, QUICK, failpoint);
        this.pool = new WarmPool(database, registry, houses, POOL);
        this.sweeper = new HouseSweeper(database, registry, houses, POOL, clock);
        this.lifeOperations = new LifeOperations(database, runner, tenants);
        this.onboarding = new Onboarding(database, runner, registry, houses, "music");
        registry.load().block(PATIENCE);
        runner.start();
    }

    /** Migrated once per JVM; each test gets a copy. */
    private static final class Template {
        private static final String NAME = "control_" + UUID.randomUUID();

        static {
            var endpoint = PostgresServer.shared().createDatabase(NAME);
            migrate(endpoint);
        }
    }

    /** Returns a fresh control database with its schema. */
    public static PostgresEndpoint emptyControlDatabase() {
        var name = "control_" + UUID.randomUUID();
        PostgresServer.shared().execute("CREATE DATABASE \"" + name + "\" TEMPLATE \"" + Template.NAME + "\"");
        return PostgresServer.shared().endpoint(name);
    }

    private static void migrate(PostgresEndpoint endpoint) {
        var superuser = PostgresServer.shared().superuser();
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://%s:%d/%s".formatted(endpoint.host(), endpoint.port(), endpoint.database()),
                        superuser.user(),
                        superuser.password())
                .locations("classpath:db/control")
                .load()
                .migrate();
    }

    public static Installation withShards(ShardDefinition... shards) {
        var installation = over(emptyControlDatabase(), new InMemoryHouses(), new InMemoryShards(), Failpoint.NONE);
        installation.register(shards);
        return installation;
    }

    public static Installation over(
            PostgresEndpoint endpoint, InMemoryHouses houses, InMemoryShards shards, Failpoint failpoint) {
        return new Installation(endpoint, houses, shards, failpoint);
    }

    public void register(ShardDefinition... definitions) {
        for (var shard : definitions) {
            registry.register(shard, PostgresServer.shared().superuser(), List.of(), OPERATOR)
                    .block(PATIENCE);
        }
    }

    public static NewTenant order(String slug) {
        return new NewTenant(new Slug(slug), "Tenant " + slug, "free", null, null, null, Map.of());
    }

    public Onboarding.Accepted accept(String slug) {
        return accept(order(slug), null);
    }

    public Onboarding.Accepted accept(NewTenant order, @Nullable String idempotencyKey) {
        return onboarding
                .accept(order, idempotencyKey, OPERATOR)
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** Waits for the end of the operation. */
    public Operation end(UUID operation) {
        return operations.changes(operation).last().blockOptional(PATIENCE).orElseThrow();
    }

    /** Returns one text from the control database. */
    public String ask(String sql) {
        return look(sql).blockOptional(PATIENCE).orElseThrow();
    }

    /** Emits one text from the control database. */
    public Mono<String> look(String sql) {
        return database.client()
                .sql("SELECT (" + sql + ")::text AS answer")
                .map(row -> String.valueOf(row.get("answer", String.class)))
                .one();
    }

    /** Changes the control database behind everybody's back. */
    public void execute(String sql) {
        database.client().sql(sql).then().block(PATIENCE);
    }

    /** Waits until {@code observed} is as expected; fails with the last that was seen. */
    public static <T> void eventually(Mono<T> observed, Predicate<T> expected) {
        observed.repeatWhen(rounds -> rounds.delayElements(Duration.ofMillis(20)))
                .takeUntil(expected)
                .blockLast(PATIENCE);
    }

    @Override
    public void close() {
        background.close();
        database.close();
    }
}
