package dev.rowhouse.platform.messaging;

import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a consumer does with events. */
@FunctionalInterface
public interface EventHandler {

    /**
     * Has the effect of these events, in their order, by statements on the inbox's database: it is committed with the note that
     * they have been here, or rolled back with it, and then they come again, perhaps one by one.
     *
     * <p>An {@link UnreadableEvent} says that another try is of no use.
     */
    Mono<Void> handle(List<Event> events);

    /** Returns a handler that takes one event after the other. */
    static EventHandler each(Function<Event, Mono<Void>> handler) {
        return events -> Flux.fromIterable(events).concatMap(handler).then();
    }
}
