package dev.rowhouse.tenancy.shard;

/** What becomes of a transaction that has done its work. */
public enum TransactionEnd {
    COMMIT,
    /** Everything is undone; the answer tells what would have been. */
    ROLLBACK
}
