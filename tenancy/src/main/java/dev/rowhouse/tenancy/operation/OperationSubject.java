package dev.rowhouse.tenancy.operation;

import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;

/** The tenant that an operation is of. */
public record OperationSubject(TenantId tenant, Slug slug) {}
