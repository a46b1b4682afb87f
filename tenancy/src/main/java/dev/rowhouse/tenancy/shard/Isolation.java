package dev.rowhouse.tenancy.shard;

/** What a transaction sees of others that run beside it; the names are PostgreSQL's. */
public enum Isolation {
    READ_COMMITTED("READ COMMITTED"),
    /** One state of the database; a row that another has changed since cannot be changed (40001). */
    REPEATABLE_READ("REPEATABLE READ"),
    SERIALIZABLE("SERIALIZABLE");

    private final String words;

    Isolation(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** Says whether everything in the transaction sees one state. */
    public boolean isOneState() {
        return this != READ_COMMITTED;
    }
}
