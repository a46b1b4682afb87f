package dev.rowhouse.app.data.query;

import reactor.core.publisher.Mono;

/** Breaks the purity of the dialect. */
public final class BrokenQuery {

    public Mono<String> parse() {
        return Mono.empty();
    }
}
