package dev.rowhouse.tenancy.operation;

import java.util.UUID;

/**
 * Another instance has taken the operation up, or the control database has forgotten one of its steps; what this instance
 * was about to write is rolled back.
 */
final class LeaseLost extends RuntimeException {

    LeaseLost(UUID operation) {
        super("operation " + operation + " is held by another instance or has lost a step");
    }
}
