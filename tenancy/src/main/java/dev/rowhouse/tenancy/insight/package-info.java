/**
 * What one tenant's requests are like: their rate, errors, latency and slowest statements over the last hour and day.
 *
 * <p>Each instance measures its own requests, of the two thousand tenants that are busiest there, in slots of five minutes, and stores
 * the totals twice a minute; who asks is told the sum of all instances. A process that is killed loses what it had measured since.
 * Statements are told by their text, which has places for its values; of values nothing is kept.
 *
 * <p>Not here: what is metered for bills, which nothing is left out of ({@code tenancy.usage}).
 */
@NullMarked
package dev.rowhouse.tenancy.insight;

import org.jspecify.annotations.NullMarked;
