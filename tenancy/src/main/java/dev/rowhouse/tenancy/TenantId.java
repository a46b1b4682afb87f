package dev.rowhouse.tenancy;

import java.util.UUID;

/** The id of a tenant for life, a UUIDv7; the slug may be given to another tenant after erasure, the id never. */
public record TenantId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
