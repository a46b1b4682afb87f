package dev.rowhouse.tenancy.directory;

import dev.rowhouse.tenancy.Actor;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event of a tenant's life, such as {@code tenant.activated}. Events are the truth; they never change.
 *
 * @param sequence counts the tenant's events from 1 without gap
 * @param data what changed, as JSON members
 */
public record TenantEvent(
        int sequence, String type, Actor actor, @Nullable String reason, Instant at, Map<String, Object> data) {}
