package dev.rowhouse.tenancy.fields;

import dev.rowhouse.tenancy.TenantId;
import java.util.UUID;

/** The right to change one tenant's fields, for a while. */
record Lease(TenantId tenant, UUID owner) {}
