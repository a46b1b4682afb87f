/**
 * Events on Kafka: a publisher whose batches are there whole or not at all, and a consumer whose effects happen once.
 *
 * <p>Nothing outside of this package sees a type of Kafka or of reactor-kafka, whose project has ended; {@code RulesTest}
 * holds that. reactor-kafka receives only: its sender creates a producer on the caller's thread and, while Kafka is away,
 * leaves one behind with each attempt.
 *
 * <p>On the wire an event is a CloudEvent in the binary mode of its Kafka binding. What is sent may arrive more than once and
 * in its order; the {@link dev.rowhouse.platform.messaging.Inbox} makes one effect of it.
 */
@NullMarked
package dev.rowhouse.platform.messaging;

import org.jspecify.annotations.NullMarked;
