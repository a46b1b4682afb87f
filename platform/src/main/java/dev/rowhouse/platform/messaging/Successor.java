package dev.rowhouse.platform.messaging;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What is made anew from a topic's events, to take the place of what its consumer has made of them so far. */
public interface Successor<T> {

    /** Returns the consumer's name that its events are noted under until then; nothing else has it. */
    String consumer();

    /**
     * Returns what does the effect of the events anew.
     *
     * @param expiredBefore events before it may be missing; null if there is every one that ever was
     */
    EventHandler handler(@Nullable Instant expiredBefore);

    /**
     * Takes the place, by statements in the transaction in which both have had the effect of the same events.
     *
     * @param expiredBefore as in {@link #handler}
     */
    Mono<T> takeOver(@Nullable Instant expiredBefore);
}
