package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.platform.messaging.InboxConsumer;
import dev.rowhouse.platform.messaging.Rebuild;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.shard.ShardLogins;
import dev.rowhouse.tenancy.usage.Projections;
import dev.rowhouse.tenancy.usage.RequestCounts;
import dev.rowhouse.tenancy.usage.RequestMeter;
import dev.rowhouse.tenancy.usage.StorageSampler;
import dev.rowhouse.tenancy.usage.Usage;
import java.time.Clock;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the metering of use, and what is projected from it. */
@Configuration(proxyBeanMethods = false)
class UsageConfiguration {

    @Bean
    RequestMeter requestMeter(Database control) {
        return new RequestMeter(new RequestCounts(control, UUID.randomUUID()), Clock.systemUTC());
    }

    /** Stores the counts while the application runs, and for the last time when the server has answered its last request. */
    @Bean
    SmartLifecycle metering(RequestMeter meter, UsageProperties settings) {
        return new Metering(meter, settings.storeEvery());
    }

    @Bean
    StorageSampler storageSampler(
            Database control,
            ShardRegistry shards,
            ShardLogins logins,
            UsageProperties settings,
            BackgroundWork background) {
        var sampler = new StorageSampler(control, shards::known, logins, Clock.systemUTC());
        sampler.start(background, settings.sampleEvery());
        return sampler;
    }

    @Bean
    @ConditionalOnProperty("rowhouse.kafka.bootstrap-servers")
    Rebuild rebuild(EventLog events, Database control, InboxConsumer consumers) {
        return new Rebuild(events, control, consumers);
    }

    @Bean
    Projections projections(
            Database control,
            ObjectProvider<Rebuild> rebuild,
            ObjectProvider<InboxConsumer> consumer,
            BackgroundWork background) {
        var projections = new Projections(control, rebuild.getIfAvailable());
        consumer.ifAvailable(there -> projections.start(there, background));
        return projections;
    }

    @Bean
    Usage usage(Database control) {
        return new Usage(control, Clock.systemUTC());
    }
}
