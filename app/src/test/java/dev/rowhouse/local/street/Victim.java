package dev.rowhouse.local.street;

import dev.rowhouse.app.admin.FaultInjector.AlreadyFailing;
import dev.rowhouse.app.admin.FaultInjector.Kind;
import dev.rowhouse.app.admin.FaultInjector.Running;
import dev.rowhouse.app.admin.FaultInjector.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server of the street that can be broken; one fault at a time. */
final class Victim {

    private static final Logger log = LoggerFactory.getLogger(Victim.class);
    private static final int TRIES = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final Map<Kind, Breakage> ways;
    private volatile @Nullable Running now;
    private @Nullable Runnable cure;

    Victim(String name, Map<Kind, Breakage> ways) {
        this.name = name;
        this.ways = ways;
    }

    Target asTarget() {
        var faults = new EnumMap<Kind, String>(Kind.class);
        ways.forEach((kind, way) -> faults.put(kind, way.seen()));
        return new Target(name, faults, now);
    }

    synchronized Running begin(Kind kind, Duration time) {
        var other = now;
        if (other != null) {
            throw new AlreadyFailing(other);
        }
        cure = ways.get(kind).begin().get();
        var begun = Instant.now();
        var running = new Running(kind, begun, begun.plus(time));
        now = running;
        log.info("{}: {} for {}", name, kind, time);
        return running;
    }

    /** Ends this fault; does nothing when it has ended before. */
    synchronized void end(Running fault) {
        if (fault.equals(now)) {
            end();
        }
    }

    /** Ends the fault that is on, if one is. */
    synchronized void end() {
        var wanted = cure;
        if (wanted == null) {
            return;
        }
        for (var attempt = 1; !succeeds(wanted, attempt); attempt++) {
            pause();
        }
        cure = null;
        now = null;
        log.info("{} is well again", name);
    }

    private boolean succeeds(Runnable wanted, int attempt) {
        try {
            wanted.run();
            return true;
        } catch (RuntimeException e) {
            log.warn("{} does not come back", name, e);
            if (attempt == TRIES) {
                throw e;
            }
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
