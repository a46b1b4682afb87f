package dev.rowhouse.tenancy.shard;

/**
 * How several calls run as one transaction.
 *
 * @param attempts how often they are run at most, if a concurrent transaction stood in the way (40001, 40P01)
 */
public record TransactionMode(Isolation isolation, boolean readOnly, int attempts) {

    public TransactionMode {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1 or more)");
        }
    }

    String words() {
        return "ISOLATION LEVEL " + isolation.words() + (readOnly ? " READ ONLY" : "");
    }
}
