package dev.rowhouse.tenancy.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant uses and has.
 *
 * @param month from its first day on
 * @param rows as many as were inserted and not deleted since it moved in
 * @param storageBytes as last seen
 * @param lastActivity its last request or write; null if there was none
 */
public record TenantUsage(
        Used today,
        Used month,
        long rows,
        long storageBytes,
        @Nullable Instant lastActivity) {

    public static final TenantUsage NOTHING = new TenantUsage(Used.NOTHING, Used.NOTHING, 0, 0, null);
}
