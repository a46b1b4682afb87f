package dev.rowhouse.tenancy.usage;

import dev.rowhouse.tenancy.TenantId;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Which use to list.
 *
 * @param tenant whose; null for all
 * @param from the first day
 * @param to the last day
 * @param after behind which the page begins
 */
public record UsageQuery(
        @Nullable TenantId tenant,
        LocalDate from,
        LocalDate to,
        int limit,
        @Nullable Place after) {

    /** A place in the list: days in their order, and a day's tenants in that of their ids. */
    public record Place(LocalDate day, TenantId tenant) {}
}
