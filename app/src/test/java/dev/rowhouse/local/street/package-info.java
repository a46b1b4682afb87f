/**
 * The local run: a street of two shards, Redis, Kafka and the application, in one JVM and the processes it starts.
 *
 * <p>Everything it keeps is in the folder {@code .rowhouse} of the project. The application is the product as it is: the
 * sample tenants come to be by calls of its own HTTP interfaces.
 */
@NullMarked
package dev.rowhouse.local.street;

import org.jspecify.annotations.NullMarked;
