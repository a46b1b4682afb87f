package dev.rowhouse.local.street;

import dev.rowhouse.app.admin.FaultInjector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Breaks servers of the street for a time. When this is closed, all of them are well and stay so. */
final class StreetFaults implements FaultInjector, AutoCloseable {

    private final Map<String, Victim> victims;
    private volatile boolean closed;

    /** @param ways in which each server can fail, by its name */
    StreetFaults(Map<String, Map<Kind, Breakage>> ways) {
        this.victims = new LinkedHashMap<>();
        ways.forEach((name, breakages) -> victims.put(name, new Victim(name, breakages)));
    }

    @Override
    public List<Target> targets() {
        return victims.values().stream().map(Victim::asTarget).toList();
    }

    @Override
    public Running begin(String target, Kind kind, Duration time) {
        if (closed) {
            throw new IllegalStateException("the street is closing");
        }
        var victim = victims.get(target);
        var running = victim.begin(kind, time);
        Thread.ofVirtual().name("end of a fault of " + target).start(() -> {
            try {
                Thread.sleep(time);
                victim.end(running);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return running;
    }

    @Override
    public void endAll() {
        victims.values().forEach(Victim::end);
    }

    @Override
    public void close() {
        closed = true;
        endAll();
    }
}
