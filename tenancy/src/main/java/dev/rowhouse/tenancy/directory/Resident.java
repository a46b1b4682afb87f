package dev.rowhouse.tenancy.directory;

import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import org.jspecify.annotations.Nullable;

/** A tenant with everything a request needs. */
public interface Resident {

    Tenant tenant();

    /** Counts the changes of the tenant, of its keys and of its own columns. */
    int version();

    /** The catalog of the tenant's blueprint version, with the tenant's own columns. */
    Catalog catalog();

    /** Returns whom {@code apiKey} identifies in this tenant, or null if it is none of the tenant's valid keys. */
    @Nullable
    CallerClass callerOf(String apiKey);
}
