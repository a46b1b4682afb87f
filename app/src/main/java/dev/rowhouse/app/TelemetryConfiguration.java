package dev.rowhouse.app;

import dev.rowhouse.app.admin.InsightHandlers;
import dev.rowhouse.app.admin.RecordingHandlers;
import dev.rowhouse.app.data.limits.TenantLimits;
import dev.rowhouse.app.telemetry.EndedRequests;
import dev.rowhouse.app.telemetry.MeasuredRequests;
import dev.rowhouse.app.telemetry.Recordings;
import dev.rowhouse.app.telemetry.RequestMeters;
import dev.rowhouse.app.telemetry.SampledTraces;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.tracing.Tracing;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.insight.ActivityMeter;
import dev.rowhouse.tenancy.insight.ActivityRows;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.onboarding.WarmPoolSettings;
import dev.rowhouse.tenancy.relay.RelayLag;
import dev.rowhouse.tenancy.shard.Shards;
import dev.rowhouse.tenancy.usage.Usage;
import dev.rowhouse.tenancy.watch.FleetMeters;
import dev.rowhouse.tenancy.watch.ShardMeters;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what operators see of the installation. */
@Configuration(proxyBeanMethods = false)
class TelemetryConfiguration {

    @Bean
    RequestMeters requestMeters(MeterRegistry registry) {
        return new RequestMeters(registry);
    }

    @Bean
    Tracing tracing(TracingProperties tracing, @Value("${spring.application.name}") String service) {
        var settings = tracing.settings();
        return settings == null ? Tracing.off() : Tracing.to(settings, service);
    }

    @Bean
    SampledTraces sampledTraces() {
        return new SampledTraces();
    }

    @Bean
    ActivityRows activityRows(Database control) {
        return new ActivityRows(control, UUID.randomUUID());
    }

    @Bean
    ActivityMeter activityMeter(ActivityRows rows, BackgroundWork background) {
        var meter = new ActivityMeter(rows, Clock.systemUTC());
        meter.start(background);
        return meter;
    }

    @Bean
    InsightHandlers insightHandlers(
            Tenants tenants, Usage usage, ActivityRows activity, ObjectProvider<RelayLag> relays) {
        return new InsightHandlers(
                tenants,
                usage,
                activity,
                shard -> {
                    var lag = relays.getIfAvailable();
                    return lag == null ? null : lag.of(shard);
                },
                Clock.systemUTC());
    }

    @Bean
    Recordings recordings(BackgroundWork background) {
        return new Recordings(background, Clock.systemUTC(), Path.of(System.getProperty("java.io.tmpdir")));
    }

    // Process and host, which is a pod's name: as kubectl and jcmd know them.
    @Bean
    RecordingHandlers recordingHandlers(Recordings recordings) {
        var instance = ManagementFactory.getRuntimeMXBean().getName();
        return new RecordingHandlers(recordings, instance, Clock.systemUTC());
    }

    @Bean
    EndedRequests endedRequests(RequestMeters meters, ActivityMeter activity) {
        return new EndedRequests(meters, activity);
    }

    @Bean
    WebHttpHandlerBuilderCustomizer measuredRequests(RequestMeters meters, EndedRequests ended) {
        return builder -> builder.httpHandlerDecorator(handler -> new MeasuredRequests(handler, meters, ended));
    }

    @Bean
    ShardMeters shardMeters(
            ShardRegistry registry,
            Shards shards,
            Journal journal,
            TenantLimits limits,
            MeterRegistry meters,
            BackgroundWork background) {
        var measured = new ShardMeters(registry, shards, journal, meters);
        measured.start(background, limits::measure);
        return measured;
    }

    @Bean
    FleetMeters fleetMeters(
            Database control, MeterRegistry registry, WarmPoolSettings warmPool, BackgroundWork background) {
        var meters = new FleetMeters(control, registry, warmPool.size());
        meters.start(background);
        return meters;
    }
}
