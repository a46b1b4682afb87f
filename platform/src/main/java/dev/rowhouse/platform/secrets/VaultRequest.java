package dev.rowhouse.platform.secrets;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of Vault's HTTP API.
 *
 * @param path behind {@code /v1/}
 * @param body null to read
 * @param repeatable whether a second try may follow one whose end is unknown
 * @param passedOn whether Vault asks another server for it, which may fail while Vault is well
 */
record VaultRequest(String path, @Nullable Map<String, Object> body, boolean repeatable, boolean passedOn) {

    static VaultRequest read(String path) {
        return new VaultRequest(path, null, true, false);
    }

    /** A write that does the same when it is done twice. */
    static VaultRequest write(String path, Map<String, Object> body) {
        return new VaultRequest(path, body, true, false);
    }

    static VaultRequest writeOnce(String path, Map<String, Object> body) {
        return new VaultRequest(path, body, false, false);
    }

    VaultRequest withPassingOn() {
        return new VaultRequest(path, body, repeatable, true);
    }

    /** Returns the path without the names of secrets, roles and keys, which are many. */
    String template() {
        if (path.startsWith("auth/") || path.startsWith("sys/")) {
            return path;
        }
        var parts = path.split("/", 3);
        return parts.length < 3 ? path : parts[0] + "/" + parts[1] + "/{name}";
    }

    Capability capability() {
        return body == null ? Capability.READ : Capability.UPDATE;
    }

    /** Names the path only: a body may carry a secret. */
    @Override
    public String toString() {
        return "VaultRequest[" + path + "]";
    }
}
