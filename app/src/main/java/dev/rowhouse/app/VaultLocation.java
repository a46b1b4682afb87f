package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.VaultSettings;
import java.util.Objects;
import org.springframework.boot.context.config.ConfigDataResource;

/** A secret of a KV engine whose members are properties, and the Vault that has it. */
final class VaultLocation extends ConfigDataResource {

    /** What a location begins with in {@code spring.config.import}. */
    static final String PREFIX = "vault:";

    private final String mount;
    private final String path;
    private final VaultSettings vault;

    VaultLocation(String mount, String path, VaultSettings vault) {
        this.mount = mount;
        this.path = path;
        this.vault = vault;
    }

    String mount() {
        return mount;
    }

    /** Returns the path below the mount. */
    String path() {
        return path;
    }

    VaultSettings vault() {
        return vault;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VaultLocation location && mount.equals(location.mount) && path.equals(location.path);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mount, path);
    }

    @Override
    public String toString() {
        return PREFIX + mount + "/" + path;
    }
}
