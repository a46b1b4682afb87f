package dev.rowhouse.tenancy.operation;

import reactor.core.publisher.Mono;

/** Called before and after everything that a crash could tear apart, so that a test can let it happen exactly there. */
@FunctionalInterface
public interface Failpoint {

    /** Does nothing: what every installation runs with. */
    Failpoint NONE = _ -> Mono.empty();

    /** @param point such as {@code onboard.place.before} */
    Mono<Void> reached(String point);
}
