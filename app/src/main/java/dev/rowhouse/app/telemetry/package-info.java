/**
 * What operators see of the requests: metrics with a bounded number of series, and what connects a request's log, trace and
 * metrics.
 *
 * <p>Three rules hold here: a label's values are a closed set that no client can extend; a tenant is never a label; what is
 * done for each request stays within two microseconds.
 *
 * <p>Not here: what is metered for bills ({@code tenancy.usage}), and the meters of caches, relay and shards, which are
 * beside what they measure.
 */
@NullMarked
package dev.rowhouse.app.telemetry;

import org.jspecify.annotations.NullMarked;
