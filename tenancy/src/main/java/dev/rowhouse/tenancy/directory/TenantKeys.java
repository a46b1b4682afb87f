package dev.rowhouse.tenancy.directory;

import dev.rowhouse.platform.crypto.RandomText;

/**
 * API keys in clear, known only to the answer that first carries them; the control database holds their hashes.
 *
 * @param publishable acts as {@code anon}; begins with {@code rh_pub_}
 * @param secret acts as {@code service_role}; begins with {@code rh_sec_}
 */
public record TenantKeys(String publishable, String secret) {

    private static final int RANDOM = 32;

    /** Returns fresh keys of 190 random bits each. */
    public static TenantKeys random() {
        return new TenantKeys("rh_pub_" + RandomText.base62(RANDOM), "rh_sec_" + RandomText.base62(RANDOM));
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "TenantKeys[…]";
    }
}
