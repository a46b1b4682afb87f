/** Holds the deployment folder {@code k8s}: every overlay is rendered, checked against strict schemas and rules, and applied twice. */
@NullMarked
package dev.rowhouse.k8s;

import org.jspecify.annotations.NullMarked;
