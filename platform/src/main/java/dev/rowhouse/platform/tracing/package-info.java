/**
 * Traces by OpenTelemetry: spans of sampled requests, sent by OTLP over HTTP.
 *
 * <p>The span that a piece of work belongs to travels in the Reactor context, for traces alone. What is not sampled has none and
 * costs a look into that context; with tracing off it costs nothing. A span tells shapes, never values: no address, no parameter,
 * no row, no message of an error.
 */
@NullMarked
package dev.rowhouse.platform.tracing;

import org.jspecify.annotations.NullMarked;
