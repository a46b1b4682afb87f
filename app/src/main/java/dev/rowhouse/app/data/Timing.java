package dev.rowhouse.app.data;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * How long the phases of one request took, in milliseconds, told by {@code Server-Timing} to clients that send
 * {@code Server-Timing: ?1}.
 */
final class Timing {

    private static final String SERVER_TIMING = "Server-Timing";
    private static final String TRUE = "?1";
    private static final double NANOS = 1_000_000;

    private final StringBuilder phases = new StringBuilder();
    private long begun;

    private Timing(long begun) {
        this.begun = begun;
    }

    /** @param begun on the clock of {@link System#nanoTime} */
    static @Nullable Timing asked(HttpHeaders headers, long begun) {
        return TRUE.equals(headers.getFirst(SERVER_TIMING)) ? new Timing(begun) : null;
    }

    /** Ends a phase, and with it begins the next. */
    void ended(String phase) {
        var now = System.nanoTime();
        phases.append(phases.isEmpty() ? "" : ", ")
                .append(phase)
                .append(String.format(Locale.ROOT, ";dur=%.1f", (now - begun) / NANOS));
        begun = now;
    }

    void tell(ServerHttpResponse response) {
        ended("response");
        response.getHeaders().set(SERVER_TIMING, phases.toString());
    }
}
