/**
 * How much and how much at a time: rates that several instances keep together, and concurrency that adapts.
 *
 * <p>Whoever asks is answered from memory, at once and without a round trip. What instances share is fetched from Redis in
 * the background; while Redis is away each keeps to its part. Nothing here knows who is limited or how a refusal is told.
 */
@NullMarked
package dev.rowhouse.platform.limits;

import org.jspecify.annotations.NullMarked;
