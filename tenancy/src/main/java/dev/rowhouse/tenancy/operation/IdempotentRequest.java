package dev.rowhouse.tenancy.operation;

import dev.rowhouse.platform.crypto.Fingerprint;

/**
 * A request that may come again.
 *
 * @param key chosen by the one who asks, for this request alone
 * @param fingerprint of what is asked
 */
public record IdempotentRequest(String key, Fingerprint fingerprint) {}
