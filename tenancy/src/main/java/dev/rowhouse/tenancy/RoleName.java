package dev.rowhouse.tenancy;

import dev.rowhouse.platform.postgres.Quoting;

/** A database role of one house, or the login role of a lane. */
public record RoleName(String value) {

    /** Returns the name as it stands in SQL. */
    public String quoted() {
        return Quoting.identifier(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
