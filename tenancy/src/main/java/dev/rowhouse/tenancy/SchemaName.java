package dev.rowhouse.tenancy;

import dev.rowhouse.platform.postgres.Quoting;

/** The schema of one house. Opaque: no customer's name is in it. */
public record SchemaName(String value) {

    /** Returns the name as it stands in SQL. */
    public String quoted() {
        return Quoting.identifier(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
