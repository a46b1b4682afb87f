package dev.rowhouse.bench;

/**
 * What became of requests that came at a rate of their own, whatever the answers to earlier ones did.
 *
 * @param served answers per second that were 2xx
 * @param p50 of these, in microseconds from when each was due
 * @param p99 of these
 * @param refused answers per second that were 429 or 503
 * @param refusedP99 of these, from when each was sent
 * @param failed of the whole measurement: other answers, and broken connections
 */
record Offered(double served, double p50, double p99, double refused, double refusedP99, long failed) {

    double all() {
        return served + refused;
    }
}
