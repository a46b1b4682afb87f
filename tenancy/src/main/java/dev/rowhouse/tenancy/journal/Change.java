package dev.rowhouse.tenancy.journal;

/** What happened to a row, or to all rows of a relation. */
public enum Change {
    INSERT("row.inserted"),
    UPDATE("row.updated"),
    DELETE("row.deleted"),
    /** All rows of the relation at once; names none of them. */
    TRUNCATE("relation.truncated");

    private final String event;

    Change(String event) {
        this.event = event;
    }

    /** Returns the type of the CloudEvent that tells of it. */
    public String eventType() {
        return "dev.rowhouse." + event;
    }
}
