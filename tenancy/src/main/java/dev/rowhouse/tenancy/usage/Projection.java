package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.Event;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Rows made of what is true elsewhere, in generations: one is read, and another one may be made beside it. */
abstract class Projection {

    /**
     * The statements on a projection's own table.
     *
     * @param requests adds to {@code :generation} what was counted of requests
     * @param storage adds to it what was sampled of storage
     * @param facts adds to it what {@code :live} has of the days before {@code :since}
     * @param compare tells how {@code :live} and {@code :generation} differ
     * @param clear deletes some rows that are of neither
     */
    record Statements(String requests, String storage, String facts, String compare, String clear) {}

    private final String name;
    private final Database control;
    private final Statements statements;

    Projection(String name, Database control, Statements statements) {
        this.name = name;
        this.control = control;
        this.statements = statements;
    }

    /** In addresses, and stored: never rename. */
    final String name() {
        return name;
    }

    /**
     * Has the effect of events on a generation.
     *
     * @param generation null for the one that is read
     * @param since the first day whose events count; null for all
     */
    abstract Mono<Void> take(List<Event> events, @Nullable Long generation, @Nullable LocalDate since);

    /**
     * Adds to a generation that has the events' effect what is not of events.
     *
     * @param live the generation that is read
     * @param since the first day that it has all events of; of those before it takes over what {@code live} has
     */
    final Mono<Void> complete(long generation, long live, @Nullable LocalDate since) {
        var counted = control.client()
                .sql(statements.requests())
                .bind("generation", generation)
                .then()
                .then(control.client()
                        .sql(statements.storage())
                        .bind("generation", generation)
                        .then());
        return since == null
                ? counted
                : counted.then(control.client()
                        .sql(statements.facts())
                        .bind("generation", generation)
                        .bind("live", live)
                        .bind("since", since)
                        .then());
    }

    /** Emits how two generations differ. */
    final Mono<Comparison> compare(long live, long generation) {
        return control.client()
                .sql(statements.compare())
                .bind("live", live)
                .bind("generation", generation)
                .map(ProjectionRows::comparison)
                .one();
    }

    /** Deletes some rows that are of neither generation, and emits how many. */
    final Mono<Long> clear(long live, long generation) {
        return control.client()
                .sql(statements.clear())
                .bind("live", live)
                .bind("generation", generation)
                .fetch()
                .rowsUpdated();
    }
}
