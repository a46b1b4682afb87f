package dev.rowhouse.platform.secrets;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where Vault is and how it is spoken to.
 *
 * @param certificates of the authorities that Vault's certificate may come from, in PEM; null for those of the JDK
 * @param connectTimeout for a connection
 * @param readTimeout for an answer, in whole seconds; what is begun is rounded up
 * @param concurrency calls at a time, each of which holds a thread
 */
public record VaultSettings(
        URI address,
        VaultAuthentication authentication,
        @Nullable Path certificates,
        Duration connectTimeout,
        Duration readTimeout,
        int concurrency) {

    /** Returns settings with the defaults, which the README of this module states and explains. */
    public static VaultSettings of(URI address, VaultAuthentication authentication) {
        return new VaultSettings(address, authentication, null, Duration.ofSeconds(1), Duration.ofSeconds(5), 4);
    }
}
