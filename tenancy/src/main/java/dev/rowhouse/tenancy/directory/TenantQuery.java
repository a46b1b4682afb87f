package dev.rowhouse.tenancy.directory;

import org.jspecify.annotations.Nullable;

/**
 * Which tenants to list.
 *
 * @param text part of slug or name
 * @param after the slug after which the page begins
 */
public record TenantQuery(
        @Nullable TenantState state,
        @Nullable String shard,
        @Nullable String plan,
        @Nullable String blueprint,
        @Nullable String text,
        int limit,
        @Nullable String after) {}
