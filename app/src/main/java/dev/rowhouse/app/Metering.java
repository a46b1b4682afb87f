package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.tenancy.usage.RequestMeter;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/** The life of the request counts: stored now and then, and once more after the last request. */
final class Metering implements SmartLifecycle {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RequestMeter meter;
    private final Duration interval;
    private final BackgroundWork storing = new BackgroundWork();
    private final BackgroundWork ending = new BackgroundWork();
    private volatile boolean running;

    Metering(RequestMeter meter, Duration interval) {
        this.meter = meter;
        this.interval = interval;
    }

    @Override
    public void start() {
        running = true;
        meter.start(storing, interval);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable ended) {
        running = false;
        storing.close();
        ending.start(
                "storing the last request counts",
                meter.store().timeout(PATIENCE).doFinally(_ -> ended.run()));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    // Behind the server, which ends first.
    @Override
    public int getPhase() {
        return 0;
    }
}
