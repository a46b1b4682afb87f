package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.DeadLetters;
import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.platform.messaging.InboxConsumer;
import dev.rowhouse.platform.secrets.DataSeal;
import dev.rowhouse.platform.secrets.VaultServer;
import dev.rowhouse.platform.tracing.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires Kafka, where there is one, and what its consumers could not take. */
@Configuration(proxyBeanMethods = false)
class MessagingConfiguration {

    // A version that somebody makes of the key is used from then on; what is older has no haste.
    private static final Duration REWRAP = Duration.ofMinutes(1);

    /** What is dead stays to be looked at, whether there is a Kafka or not. */
    @Bean
    DeadLetters deadLetters(
            Database control,
            ObjectProvider<VaultServer> vault,
            VaultProperties properties,
            BackgroundWork background) {
        var server = vault.getIfAvailable();
        var key = properties.transitKey();
        if (server == null || key == null) {
            return new DeadLetters(control);
        }
        var transit = server.transit(properties.transitMount());
        var letters =
                new DeadLetters(control, new DataSeal(transit, key, properties.dataKeyLife(), InstantSource.system()));
        background.repeat(
                "wrapping the keys of dead letters anew",
                REWRAP,
                letters.rewrap().then());
        return letters;
    }

    @Bean
    @ConditionalOnProperty("rowhouse.kafka.bootstrap-servers")
    EventLog eventLog(KafkaProperties kafka, Tracing tracing) {
        return new EventLog(kafka.settings(), tracing);
    }

    /** What takes events to handlers whose effects are in the control database. */
    @Bean
    @ConditionalOnProperty("rowhouse.kafka.bootstrap-servers")
    InboxConsumer inboxConsumer(EventLog events, Database control, DeadLetters deadLetters) {
        return new InboxConsumer(events, control, deadLetters);
    }
}
