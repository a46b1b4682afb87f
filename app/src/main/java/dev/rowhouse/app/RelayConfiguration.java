package dev.rowhouse.app;

import dev.rowhouse.app.admin.BaseUrls;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.relay.HouseTenants;
import dev.rowhouse.tenancy.relay.LockLeadership;
import dev.rowhouse.tenancy.relay.Relay;
import dev.rowhouse.tenancy.relay.RelayLag;
import dev.rowhouse.tenancy.relay.RowAddresses;
import dev.rowhouse.tenancy.shard.ShardLogins;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.util.UriUtils;

/** Wires the way of changes to Kafka, where there is one. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("rowhouse.kafka.bootstrap-servers")
class RelayConfiguration {

    @Bean
    Relay relay(
            ShardRegistry shards,
            Journal journal,
            ShardLogins logins,
            Database control,
            InstallationProperties installation,
            EventLog events,
            RelayProperties settings) {
        var relay = new Relay(
                shards::known,
                journal,
                new LockLeadership(logins),
                new HouseTenants(control),
                addresses(new BaseUrls(installation.publicUrl())),
                events,
                settings.settings());
        relay.start();
        return relay;
    }

    @Bean
    RelayLag relayLag(Journal journal, MeterRegistry meters, RelayProperties settings, BackgroundWork background) {
        var lag = new RelayLag(journal, meters, settings.settings());
        lag.start(background);
        return lag;
    }

    // As the data API has it: /rest/v1/{relation}/{key}, the values of a key of several columns apart by commas.
    static RowAddresses addresses(BaseUrls urls) {
        return (tenant, relation, key) -> {
            var address = urls.of(tenant) + "/rest/v1/" + segment(relation);
            return key.isEmpty()
                    ? address
                    : key.stream().map(RelayConfiguration::segment).collect(Collectors.joining(",", address + "/", ""));
        };
    }

    private static String segment(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }
}
