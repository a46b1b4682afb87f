package dev.rowhouse.tenancy.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/**
 * What may wait for a listener who does not keep up with a source that does not wait: so many elements, and together so much
 * of their text. Pages of a journal hold anything from nothing to the largest rows there are.
 */
public record Backlog(int elements, long characters) {

    /** Cuts the listener with an error that {@link Exceptions#isOverflow} knows as soon as more would have to wait. */
    public <T> Flux<T> bound(Flux<T> source, ToLongFunction<T> length) {
        return Flux.defer(() -> {
            var waiting = new AtomicLong();
            return source.doOnNext(element -> {
                        if (waiting.addAndGet(length.applyAsLong(element)) > characters) {
                            throw Exceptions.failWithOverflow("more waits than " + characters + " characters");
                        }
                    })
                    .onBackpressureBuffer(elements)
                    .doOnNext(element -> waiting.addAndGet(-length.applyAsLong(element)));
        });
    }
}
