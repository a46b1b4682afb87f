package dev.rowhouse.tenancy.operation;

/**
 * A stored order.
 *
 * @param replayed whether it had been stored before under the same idempotency key
 */
public record Acceptance(Operation operation, boolean replayed) {}
