package dev.rowhouse.tenancy.directory;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A merge patch (RFC 7396) of what an operator may change; a null component stays as it is.
 *
 * @param labels a null value removes the label
 */
public record TenantChange(
        @Nullable String name,
        @Nullable String plan,
        @Nullable Map<String, @Nullable String> labels) {}
