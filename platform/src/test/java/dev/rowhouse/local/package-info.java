/**
 * Real servers for tests and for the local run, from library packages: PostgreSQL, Redis, Kafka.
 *
 * <p>A server that keeps its data also finds, on the next start, what a killed JVM left behind: it stops its own orphan,
 * recognised by command line and directory, and never another process.
 *
 * <p>They can be made to fail: killed, paused, or put behind a {@link dev.rowhouse.local.FaultProxy}.
 */
@NullMarked
package dev.rowhouse.local;

import org.jspecify.annotations.NullMarked;
