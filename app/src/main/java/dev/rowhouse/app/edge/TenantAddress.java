package dev.rowhouse.app.edge;

import dev.rowhouse.tenancy.Slug;
import org.jspecify.annotations.Nullable;

/**
 * What a request's address says of its tenant: by path ({@code /t/{slug}/…}) or by host ({@code {slug}.{base-domain}}).
 *
 * @param slug null where the name cannot be any tenant's
 * @param path what follows the tenant's base URL, raw
 */
public record TenantAddress(@Nullable Slug slug, String path) {

    private static final String PREFIX = "/t/";

    /** Returns the tenant's address, or null where the request is addressed to no tenant. */
    public static @Nullable TenantAddress of(String rawPath, @Nullable String host, @Nullable String baseDomain) {
        if (rawPath.startsWith(PREFIX)) {
            var end = rawPath.indexOf('/', PREFIX.length());
            return end < 0
                    ? new TenantAddress(slug(rawPath.substring(PREFIX.length())), "")
                    : new TenantAddress(slug(rawPath.substring(PREFIX.length(), end)), rawPath.substring(end));
        }
        if (baseDomain == null || host == null) {
            return null;
        }
        var label = labelOf(host, baseDomain);
        return label == null ? null : new TenantAddress(slug(label), rawPath);
    }

    private static @Nullable String labelOf(String host, String baseDomain) {
        var split = host.length() - baseDomain.length() - 1;
        return split > 0
                        && host.charAt(split) == '.'
                        && host.regionMatches(true, split + 1, baseDomain, 0, baseDomain.length())
                ? host.substring(0, split)
                : null;
    }

    private static @Nullable Slug slug(String text) {
        return Slug.isValid(text) ? new Slug(text) : null;
    }
}
