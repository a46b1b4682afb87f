package dev.rowhouse.app.admin;

import dev.rowhouse.tenancy.Slug;

/**
 * Tells tenants' base URLs from the configured address, never from what a request says its host is.
 *
 * @param publicUrl of the installation, such as {@code https://rowhouse.example}
 */
public record BaseUrls(String publicUrl) {

    /** Returns the tenant's base URL, without a slash at the end. */
    public String of(Slug slug) {
        return publicUrl + "/t/" + slug;
    }
}
