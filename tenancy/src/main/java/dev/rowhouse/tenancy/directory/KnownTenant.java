package dev.rowhouse.tenancy.directory;

import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tenant in memory.
 *
 * @param version counts the tenant's changes, so that of two views the newer is known
 * @param keys the tenant's valid keys
 */
record KnownTenant(Tenant tenant, int version, Catalog catalog, Map<Fingerprint, CallerClass> keys)
        implements Resident {

    KnownTenant {
        keys = Map.copyOf(keys);
    }

    // All keys are looked at, each in constant time: how long this takes tells nothing about which came close.
    @Override
    public @Nullable CallerClass callerOf(String apiKey) {
        var given = Fingerprint.of(apiKey);
        CallerClass caller = null;
        for (var key : keys.entrySet()) {
            if (key.getKey().equals(given)) {
                caller = key.getValue();
            }
        }
        return caller;
    }

    boolean isAlso(KnownTenant other) {
        return tenant.id().equals(other.tenant.id());
    }

    /** Says whether this is to stand in place of {@code other} under their common slug. */
    boolean supersedes(KnownTenant other) {
        if (isAlso(other)) {
            return version >= other.version;
        }
        var living = !Transition.ends().contains(tenant.state());
        var otherLiving = !Transition.ends().contains(other.tenant.state());
        return living == otherLiving ? !tenant.createdAt().isBefore(other.tenant.createdAt()) : living;
    }
}
