/**
 * Builds the OCI image without a Docker daemon: {@code mvn -Pimage} writes {@code app/target/image/rowhouse.tar}.
 *
 * <p>From the bottom up, by how often each changes: the C library, the Java runtime, what the application depends on, the
 * application, and the AOT cache that a training run left. All but the last come out the same, byte by byte, of the same
 * sources, JDK and machine.
 */
@NullMarked
package dev.rowhouse.image;

import org.jspecify.annotations.NullMarked;
