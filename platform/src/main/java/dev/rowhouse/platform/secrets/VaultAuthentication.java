package dev.rowhouse.platform.secrets;

import java.nio.file.Path;

/** How the product says to Vault who it is. */
public sealed interface VaultAuthentication {

    /** A token made by somebody else; renewed where it is renewable, never replaced. */
    record Token(String token) implements VaultAuthentication {
        @Override
        public String toString() {
            return "Token[…]";
        }
    }

    /** @param mount such as {@code approle} */
    record AppRole(String mount, String roleId, String secretId) implements VaultAuthentication {
        @Override
        public String toString() {
            return "AppRole[" + mount + "]";
        }
    }

    /**
     * @param mount such as {@code kubernetes}
     * @param serviceAccountToken file, read anew for each login: the kubelet replaces it
     */
    record Kubernetes(String mount, String role, Path serviceAccountToken) implements VaultAuthentication {}
}
