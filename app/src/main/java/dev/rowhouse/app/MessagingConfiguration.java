package dev.rowhouse.app;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.DeadLetters;
import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.platform.messaging.InboxConsumer;
import dev.rowhouse.platform.tracing.Tracing;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires Kafka, where there is one, and what its consumers could not take. */
@Configuration(proxyBeanMethods = false)
class MessagingConfiguration {

    /** What is dead stays to be looked at, whether there is a Kafka or not. */
    @Bean
    DeadLetters deadLetters(Database control) {
        return new DeadLetters(control);
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
