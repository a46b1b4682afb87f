package dev.rowhouse.platform.background;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs chains detached from any request, until they end or this is closed. A failure is logged here and ends here. */
public final class BackgroundWork implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BackgroundWork.class);

    private final Disposable.Composite running = Disposables.composite();

    /** Starts {@code work} now. After {@link #close} it is not started. */
    public void start(String name, Mono<Void> work) {
        if (running.isDisposed()) {
            return;
        }
        var subscription = Disposables.swap();
        running.add(subscription);
        subscription.update(work.doFinally(_ -> running.remove(subscription))
                .subscribe(_ -> {}, failure -> log.error("background work '{}' failed", name, failure)));
    }

    /**
     * Repeats {@code work} with {@code pause} after each run, whether it succeeded or not. Of failures in a row the first
     * is logged, and the success that ends them.
     */
    public void repeat(String name, Duration pause, Mono<Void> work) {
        var failing = new AtomicBoolean();
        var once = work.doOnSuccess(_ -> succeeded(name, failing))
                .onErrorResume(failure -> Mono.fromRunnable(() -> failed(name, failing, failure)));
        start(
                name,
                Flux.defer(() -> once)
                        .repeatWhen(ends -> ends.delayElements(pause))
                        .then());
    }

    private static void succeeded(String name, AtomicBoolean failing) {
        if (failing.compareAndSet(true, false)) {
            log.info("background work '{}' succeeds again", name);
        }
    }

    private static void failed(String name, AtomicBoolean failing, Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            log.warn("background work '{}' failed and is tried again until it succeeds", name, failure);
        }
    }

    /** Stops everything that runs; what a durable operation had begun goes on after the next start. */
    @Override
    public void close() {
        running.dispose();
    }
}
