package dev.rowhouse.tenancy.operation;

import java.time.Duration;

/**
 * How operations are run.
 *
 * @param lease for how long an operation is an instance's own without a sign of life
 * @param poll how often unfinished operations that nobody holds are looked for
 * @param attempts how often a step is tried before the operation is compensated
 * @param backoff before the second attempt; doubles with each further one
 * @param concurrency how many operations one instance runs at a time
 */
public record RunnerSettings(Duration lease, Duration poll, int attempts, Duration backoff, int concurrency) {

    public static RunnerSettings defaults() {
        return new RunnerSettings(Duration.ofSeconds(10), Duration.ofMillis(500), 6, Duration.ofMillis(100), 8);
    }
}
