package dev.rowhouse.platform.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.PublisherProbe;
import reactor.test.scheduler.VirtualTimeScheduler;

class BackgroundWorkTest {

    private final BackgroundWork background = new BackgroundWork();

    @Test
    void workIsRepeatedAfterItsPauseAlsoWhenItFails() {
        var time = VirtualTimeScheduler.getOrSet();
        try {
            var runs = new AtomicInteger();
            Mono<Void> work = Mono.defer(() -> runs.incrementAndGet() % 2 == 0
                    ? Mono.empty()
                    : Mono.error(new IllegalStateException("every second time")));

            background.repeat("work", Duration.ofSeconds(1), work);
            time.advanceTimeBy(Duration.ofMillis(3_500));

            assertThat(runs).hasValue(4);
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void closingStopsWhatRunsAndStartsNothingMore() {
        var running = PublisherProbe.<Void>of(Mono.never());
        var late = PublisherProbe.<Void>empty();

        background.start("running", running.mono());
        background.close();
        background.start("late", late.mono());

        running.assertWasCancelled();
        late.assertWasNotSubscribed();
    }

    @Test
    void aFailureEndsWithItsOwnWork() {
        var other = Sinks.<Void>empty();
        var ended = PublisherProbe.<Void>of(other.asMono());

        background.start("other", ended.mono());
        background.start("failing", Mono.error(new IllegalStateException("alone")));
        other.tryEmitEmpty();

        ended.assertWasSubscribed();
        ended.assertWasNotCancelled();
    }
}
