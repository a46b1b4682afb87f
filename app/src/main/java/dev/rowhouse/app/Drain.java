package dev.rowhouse.app;

import dev.rowhouse.app.edge.LastAnswers;
import dev.rowhouse.app.events.EventsHandler;
import dev.rowhouse.platform.background.BackgroundWork;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * The first step of an orderly end. Readiness has fallen; for a time, in which load balancers learn of it, all goes on as
 * before, except that each answer closes its connection. Then the streams end, and whoever comes next in the order of the
 * life cycle: the server, which lets its requests end, and behind it whatever they need.
 */
final class Drain implements SmartLifecycle {

    private final LastAnswers answers;
    private final EventsHandler streams;
    private final Duration delay;
    private final BackgroundWork waiting = new BackgroundWork();
    private volatile boolean running;

    Drain(LastAnswers answers, EventsHandler streams, Duration delay) {
        this.answers = answers;
        this.streams = streams;
        this.delay = delay;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable ended) {
        running = false;
        answers.begin();
        waiting.start("drain", Mono.delay(delay).then().doFinally(_ -> {
            streams.close();
            ended.run();
        }));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    // Before everything else ends.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
