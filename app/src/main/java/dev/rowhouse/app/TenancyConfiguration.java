package dev.rowhouse.app;

import dev.rowhouse.app.data.limits.TenantLimits;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.database.Migrations;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.platform.tracing.Tracing;
import dev.rowhouse.tenancy.blueprint.Blueprints;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.ShardAccess;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.fields.Fields;
import dev.rowhouse.tenancy.freshness.Freshness;
import dev.rowhouse.tenancy.house.HouseBuilder;
import dev.rowhouse.tenancy.house.ShardPreparation;
import dev.rowhouse.tenancy.house.ShardPreparation.LaneRoles;
import dev.rowhouse.tenancy.insight.ActivityMeter;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalTail;
import dev.rowhouse.tenancy.lifecycle.LifeOperations;
import dev.rowhouse.tenancy.onboarding.HouseSupply;
import dev.rowhouse.tenancy.onboarding.HouseSweeper;
import dev.rowhouse.tenancy.onboarding.Onboarding;
import dev.rowhouse.tenancy.onboarding.OnboardingSaga;
import dev.rowhouse.tenancy.onboarding.WarmPool;
import dev.rowhouse.tenancy.onboarding.WarmPoolSettings;
import dev.rowhouse.tenancy.onboarding.WeighedPlacement;
import dev.rowhouse.tenancy.operation.Failpoint;
import dev.rowhouse.tenancy.operation.OperationChanges;
import dev.rowhouse.tenancy.operation.OperationRunner;
import dev.rowhouse.tenancy.operation.Operations;
import dev.rowhouse.tenancy.operation.RunnerSettings;
import dev.rowhouse.tenancy.shard.LaneLogins;
import dev.rowhouse.tenancy.shard.ShardLogins;
import dev.rowhouse.tenancy.shard.Shards;
import dev.rowhouse.tenancy.shard.StatementTime;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.shard.WriteGate;
import dev.rowhouse.tenancy.usage.Projections;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Wires tenancy: control database, shards and lanes, blueprints, onboarding. */
@Configuration(proxyBeanMethods = false)
class TenancyConfiguration {

    private static final String CONTROL_SCHEMA = "db/control";
    // Until then a shard that nobody was open on for days has no part for today.
    private static final Duration JOURNAL_CARE = Duration.ofMinutes(1);
    private static final long SLOW = ActivityMeter.SLOW.toNanos();
    // Resuming a stream or reading a journal anew is possible for so long.
    static final Duration JOURNAL_RETENTION = Duration.ofDays(3);

    /** The control database, migrated before anything uses it; of several starting instances one migrates. */
    @Bean
    Database controlDatabase(ControlProperties control) {
        var endpoint = new PostgresEndpoint(control.host(), control.port(), control.database());
        var login = new PostgresLogin(control.user(), control.password());
        Migrations.run(endpoint, login, CONTROL_SCHEMA);
        return Database.open(endpoint, login, control.connections());
    }

    @Bean
    BackgroundWork backgroundWork() {
        return new BackgroundWork();
    }

    @Bean
    ShardLogins shardLogins(InstallationProperties installation) {
        return new ShardLogins(installation.secret());
    }

    @Bean
    Shards shards(LaneLogins logins, LaneProperties lanes, LoopResources eventLoops) {
        return new Shards(logins, lanes.settings(), eventLoops);
    }

    @Bean
    TenantDatabase tenantDatabase(
            Shards shards,
            TenantLimits limits,
            ActivityMeter activity,
            ObjectProvider<WriteGate> gate,
            Freshness freshness,
            Tracing tracing) {
        StatementTime time = (house, nanos, sql) -> {
            limits.used(house, nanos, sql);
            if (nanos >= SLOW && !sql.isEmpty()) {
                limits.whose(house).ifPresent(tenant -> activity.slow(tenant, sql, nanos));
            }
        };
        return new TenantDatabase(shards, time, gate.getIfAvailable(() -> WriteGate.OPEN), freshness, tracing);
    }

    @Bean
    Freshness freshness(JournalTail tail, BackgroundWork background) {
        return new Freshness(tail, background);
    }

    @Bean
    Journal journal(ShardLogins logins, BackgroundWork background) {
        var journal = new Journal(logins);
        background.repeat("journal", JOURNAL_CARE, Mono.defer(() -> journal.keep(JOURNAL_RETENTION)));
        return journal;
    }

    @Bean
    JournalTail journalTail(Journal journal) {
        return new JournalTail(journal);
    }

    @Bean
    HouseBuilder houseBuilder(ShardLogins logins) {
        return new HouseBuilder(logins);
    }

    @Bean
    Blueprints blueprints(Database control, HouseBuilder builder) {
        return new Blueprints(control, builder);
    }

    @Bean
    ShardPreparation shardPreparation(ShardLogins logins, LaneRoles lanes) {
        return new ShardPreparation(logins, lanes);
    }

    @Bean
    ShardRegistry shardRegistry(
            Database control,
            ShardPreparation preparation,
            Shards shards,
            HouseBuilder builder,
            Journal journal,
            BackgroundWork background) {
        var registry = new ShardRegistry(control, ShardAccess.of(preparation, shards, builder, journal));
        registry.start(background);
        return registry;
    }

    @Bean
    Residents residents(Database control, Blueprints blueprints, BackgroundWork background) {
        var residents = new Residents(control, blueprints::catalog);
        residents.start(background);
        return residents;
    }

    @Bean
    Tenants tenants(Database control, Residents residents) {
        return new Tenants(control, residents);
    }

    @Bean
    OperationChanges operationChanges() {
        return new OperationChanges();
    }

    @Bean
    Operations operations(Database control, OperationChanges changes) {
        return new Operations(control, changes);
    }

    @Bean
    HouseSupply houseSupply(HouseBuilder builder, Blueprints blueprints, Shards shards) {
        return HouseSupply.of(builder, blueprints, shards);
    }

    @Bean
    RunnerSettings runnerSettings() {
        return RunnerSettings.defaults();
    }

    /** The runner of all sagas; a test may bring a failpoint. */
    @Bean
    OperationRunner operationRunner(
            Database control,
            BackgroundWork background,
            ShardRegistry registry,
            HouseSupply supply,
            Residents residents,
            Projections projections,
            OperationChanges changes,
            RunnerSettings settings,
            ObjectProvider<Failpoint> failpoint) {
        var sagas = new ArrayList<>(LifeOperations.sagas(residents));
        sagas.add(OnboardingSaga.of(control, registry, supply, new WeighedPlacement(), residents));
        sagas.add(projections.saga());
        var runner = new OperationRunner(
                control, background, sagas, changes, settings, failpoint.getIfAvailable(() -> Failpoint.NONE));
        runner.start();
        return runner;
    }

    @Bean
    Onboarding onboarding(
            Database control,
            OperationRunner runner,
            ShardRegistry registry,
            HouseSupply supply,
            InstallationProperties installation) {
        return new Onboarding(control, runner, registry, supply, installation.defaultBlueprint());
    }

    @Bean
    LifeOperations lifeOperations(Database control, OperationRunner runner, Tenants tenants) {
        return new LifeOperations(control, runner, tenants);
    }

    @Bean
    Fields fields(
            Database control,
            HouseBuilder builder,
            Residents residents,
            BackgroundWork background,
            ObjectProvider<Failpoint> failpoint) {
        var fields = new Fields(
                control, builder, residents, Residents.SEEN_WITHIN, failpoint.getIfAvailable(() -> Failpoint.NONE));
        fields.start(background);
        return fields;
    }

    @Bean
    WarmPool warmPool(
            Database control,
            ShardRegistry registry,
            HouseSupply supply,
            WarmPoolSettings settings,
            BackgroundWork background) {
        var pool = new WarmPool(control, registry, supply, settings);
        pool.start(background);
        return pool;
    }

    @Bean
    HouseSweeper houseSweeper(
            Database control,
            ShardRegistry registry,
            HouseSupply supply,
            WarmPoolSettings settings,
            BackgroundWork background) {
        var sweeper = new HouseSweeper(control, registry, supply, settings, Clock.systemUTC());
        sweeper.start(background);
        return sweeper;
    }

    @Bean
    WarmPoolSettings warmPoolSettings(InstallationProperties installation) {
        var defaults = WarmPoolSettings.defaults();
        return new WarmPoolSettings(
                installation.warmHouses(),
                defaults.batch(),
                defaults.look(),
                defaults.sweep(),
                defaults.buildDeadline(),
                defaults.scratchAge());
    }
}
