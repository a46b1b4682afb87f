package dev.rowhouse.app;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.config.ConfigDataLocationResolver;
import org.springframework.boot.context.config.ConfigDataLocationResolverContext;

/**
 * Understands {@code spring.config.import=vault:secret/rowhouse}: a mount of a KV engine, version 2, and a path in it. Where
 * Vault is and how to log in must be known by then, from the environment or from what is imported before.
 */
final class VaultLocationResolver implements ConfigDataLocationResolver<VaultLocation> {

    private static final Pattern LOCATION = Pattern.compile("([a-zA-Z0-9._-]+)/([a-zA-Z0-9._-]+(?:/[a-zA-Z0-9._-]+)*)");

    @Override
    public boolean isResolvable(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return location.hasPrefix(VaultLocation.PREFIX);
    }

    @Override
    public List<VaultLocation> resolve(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        var place = location.getNonPrefixedValue(VaultLocation.PREFIX);
        var parts = LOCATION.matcher(place);
        if (!parts.matches()) {
            throw new IllegalArgumentException("spring.config.import: " + location
                    + " (expected: a KV engine's mount and a path in it, such as vault:secret/rowhouse)");
        }
        var properties = context.getBinder().bindOrCreate("rowhouse.vault", VaultProperties.class);
        if (properties.address() == null) {
            throw new IllegalArgumentException("rowhouse.vault.address is missing (expected: an address, as"
                    + " spring.config.import has " + location + ")");
        }
        return List.of(new VaultLocation(parts.group(1), parts.group(2), properties.settings()));
    }
}
