package dev.rowhouse.app;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An orderly end.
 *
 * @param delay for how long everything goes on after readiness has fallen: longer than load balancers take to learn of it, and
 *     shorter than {@code spring.lifecycle.timeout-per-shutdown-phase}
 */
@ConfigurationProperties("rowhouse.drain")
record DrainProperties(@DefaultValue("0s") Duration delay) {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    DrainProperties {
        if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "rowhouse.drain.delay: " + delay + " (expected: 0 s to " + LONGEST + ")");
        }
    }
}
