package dev.rowhouse.app.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets servers around the application fail for a time, so that somebody can watch it go on. The product has none of its own:
 * the local run, which owns its servers, brings one.
 */
public interface FaultInjector {

    /** What becomes of a server. */
    enum Kind {
        KILL,
        HANG,
        SLOW;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A fault that is on. */
    record Running(Kind kind, Instant since, Instant until) {}

    /**
     * A server that can fail.
     *
     * @param faults what each of them lets one see
     * @param now null while the server is well
     */
    record Target(
            String name, Map<Kind, String> faults, @Nullable Running now) {}

    /** A target can have one fault at a time. */
    final class AlreadyFailing extends RuntimeException {

        private final transient Running now;

        public AlreadyFailing(Running now) {
            super("a fault is on", null, false, false);
            this.now = now;
        }

        Running now() {
            return now;
        }
    }

    List<Target> targets();

    /**
     * Lets one of the {@link #targets} fail and returns when it does. It is well again behind {@code time}, or when this
     * process ends. Blocks.
     *
     * @throws AlreadyFailing when it has a fault already
     */
    Running begin(String target, Kind kind, Duration time);

    /** Ends every fault and returns when all servers are well. Blocks. */
    void endAll();
}
