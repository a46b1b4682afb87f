package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.Secret;
import java.util.Map;
import org.springframework.core.env.MapPropertySource;

/** The members of one version of a secret, as properties. */
final class VaultPropertySource extends MapPropertySource {

    private final VaultLocation location;
    private final long version;

    VaultPropertySource(VaultLocation location, Secret secret) {
        super(location + " version " + secret.version(), Map.copyOf(secret.values()));
        this.location = location;
        this.version = secret.version();
    }

    VaultLocation location() {
        return location;
    }

    /** Returns the version that this process started with. */
    long version() {
        return version;
    }
}
