package dev.rowhouse.platform.secrets;

import java.util.Locale;

/** What a policy of Vault grants on a path. */
enum Capability {
    READ,
    UPDATE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String policyLine(String path) {
        return "path \"" + path + "\" { capabilities = [\"" + word() + "\"] }";
    }
}
