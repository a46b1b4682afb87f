package dev.rowhouse.tenancy.operation;

import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Tells those who watch an operation in this process that it changed; they look it up themselves. */
public final class OperationChanges {

    private final Sinks.Many<UUID> changed = Sinks.many().multicast().directBestEffort();

    // A watcher who misses a signal looks again soon after anyway. emitNext would end the sink for everyone when no
    // watcher is ready to take it. The sink takes one signal at a time, and spinning until it is free counts as
    // blocking.
    synchronized void tell(UUID operation) {
        changed.tryEmitNext(operation);
    }

    Flux<UUID> of(UUID operation) {
        return changed.asFlux().filter(operation::equals);
    }
}
