package dev.rowhouse.app;

import dev.rowhouse.app.data.TenantGate;
import dev.rowhouse.app.data.Turnstile;
import dev.rowhouse.app.edge.LastAnswers;
import dev.rowhouse.app.events.EventsHandler;
import dev.rowhouse.app.events.EventsMapping;
import dev.rowhouse.app.events.JournalChanges;
import dev.rowhouse.app.events.StreamSettings;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalTail;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the live events of the tenants. */
@Configuration(proxyBeanMethods = false)
class EventsConfiguration {

    // Together with the second that residents take, well within the five in which a stream must end.
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(15);

    @Bean
    EventsHandler eventsHandler(
            InstallationProperties installation,
            Turnstile turnstile,
            TenantGate gate,
            TenantDatabase database,
            Journal journal,
            JournalTail tail) {
        return new EventsHandler(
                turnstile,
                gate,
                database,
                new JournalChanges(journal, tail),
                installation.secret(),
                new StreamSettings(BEAT, SILENCE, TenancyConfiguration.JOURNAL_RETENTION));
    }

    @Bean
    EventsMapping eventsMapping(EventsHandler handler, InstallationProperties installation) {
        return new EventsMapping(handler, installation.baseDomain());
    }

    @Bean
    LastAnswers lastAnswers() {
        return new LastAnswers();
    }

    @Bean
    Drain drain(LastAnswers answers, EventsHandler handler, DrainProperties settings) {
        return new Drain(answers, handler, settings.delay());
    }
}
