package dev.rowhouse.app.data.limits;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A place among the requests at work that whoever was let in has not taken yet. */
@FunctionalInterface
public interface Place {

    /** Of who has one already. */
    Place TAKEN = () -> Passage.FREE;

    /** Takes the place, or throws a problem if there is none. */
    Passage take();

    /** Runs {@code work} in the place, which is free again when it ends, however it ends. */
    default <T> Mono<T> during(Mono<T> work) {
        return this == TAKEN ? work : Mono.using(this::take, _ -> work, Passage::leave);
    }

    /** Does the same for many. */
    default <T> Flux<T> during(Flux<T> work) {
        return this == TAKEN ? work : Flux.using(this::take, _ -> work, Passage::leave);
    }
}
