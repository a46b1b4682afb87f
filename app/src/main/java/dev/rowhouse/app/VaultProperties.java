package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.VaultAuthentication;
import dev.rowhouse.platform.secrets.VaultSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Vault that issues the lanes' logins, and may have configuration ({@link VaultLocationResolver}), as {@link VaultSettings} explains it; without an address there is none and the
 * logins are derived from {@code rowhouse.secret}.
 *
 * @param address such as {@code https://vault.example:8200}
 * @param authentication {@code token}, {@code approle} or {@code kubernetes}
 * @param token for {@code token}
 * @param roleId for {@code approle}
 * @param secretId for {@code approle}
 * @param role for {@code kubernetes}
 * @param serviceAccountToken for {@code kubernetes}: a file; a text like {@code certificates}, for the values of a tree of files
 *     are converted to texts and to no paths
 * @param loginMount where the authentication is mounted; its own name where it is not said
 * @param databaseMount where the database engine is mounted
 * @param transitMount where the transit engine is mounted
 * @param transitKey of that engine, by which the keys of dead letters are wrapped; without one they are not sealed
 * @param dataKeyLife for how long a key of dead letters is remembered
 * @param look how often it is asked whether there is a newer version of what the process was configured from
 * @param certificates a file in PEM, of the authorities Vault's certificate may come from; those of the JDK where it is not said
 */
@ConfigurationProperties(value = "rowhouse.vault", ignoreUnknownFields = false)
record VaultProperties(
        @Nullable String address,
        @DefaultValue("token") String authentication,
        @Nullable String token,
        @Nullable String roleId,
        @Nullable String secretId,
        @Nullable String role,

        @DefaultValue("/var/run/secrets/kubernetes.io/serviceaccount/token")
        String serviceAccountToken,

        @Nullable String loginMount,
        @DefaultValue("database") String databaseMount,
        @DefaultValue("transit") String transitMount,
        @Nullable String transitKey,
        @DefaultValue("1h") Duration dataKeyLife,
        @Nullable String certificates,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("5s") Duration readTimeout,
        @DefaultValue("4") int concurrency,
        @DefaultValue("30s") Duration look) {

    private static final Pattern ADDRESS = Pattern.compile("https?://[^/\\s?#@]+");
    private static final Pattern MOUNT = Pattern.compile("[a-zA-Z0-9._-]+(/[a-zA-Z0-9._-]+)*");
    private static final int MOST_CALLS = 64;

    VaultProperties {
        require(
                address == null || ADDRESS.matcher(address).matches(),
                "address",
                // What is before an '@' is a credential.
                address == null || address.contains("@") ? "(not shown)" : address,
                "such as https://vault.example:8200, without a path");
        require(
                authentication.matches("token|approle|kubernetes"),
                "authentication",
                authentication,
                "token, approle or kubernetes");
        require(
                loginMount == null || MOUNT.matcher(loginMount).matches(),
                "login-mount",
                loginMount,
                "such as approle");
        require(MOUNT.matcher(databaseMount).matches(), "database-mount", databaseMount, "such as database");
        require(MOUNT.matcher(transitMount).matches(), "transit-mount", transitMount, "such as transit");
        require(
                transitKey == null || MOUNT.matcher(transitKey).matches(),
                "transit-key",
                transitKey,
                "a key of the transit engine, such as rowhouse");
        require(transitKey == null || address != null, "transit-key", transitKey, "none, as there is no address");
        require(dataKeyLife.toMillis() > 0, "data-key-life", dataKeyLife, "more than 0");
        require(look.toMillis() > 0, "look", look, "more than 0");
        require(connectTimeout.toMillis() > 0, "connect-timeout", connectTimeout, "more than 0");
        require(readTimeout.toMillis() > 0, "read-timeout", readTimeout, "more than 0");
        require(concurrency > 0 && concurrency <= MOST_CALLS, "concurrency", concurrency, "1 to " + MOST_CALLS);
        if (address != null) {
            switch (authentication) {
                case "token" -> requireGiven("token", token, authentication);
                case "approle" -> {
                    requireGiven("role-id", roleId, authentication);
                    requireGiven("secret-id", secretId, authentication);
                }
                default -> requireGiven("role", role, authentication);
            }
        }
    }

    /** Returns where Vault is and how to log in; there must be an address. */
    VaultSettings settings() {
        return new VaultSettings(
                URI.create(given(address)),
                login(),
                certificates == null ? null : Path.of(certificates),
                connectTimeout,
                readTimeout,
                concurrency);
    }

    private VaultAuthentication login() {
        var mount = loginMount == null ? authentication : loginMount;
        return switch (authentication) {
            case "token" -> new VaultAuthentication.Token(given(token));
            case "approle" -> new VaultAuthentication.AppRole(mount, given(roleId), given(secretId));
            default -> new VaultAuthentication.Kubernetes(mount, given(role), Path.of(serviceAccountToken));
        };
    }

    private static void requireGiven(String name, @Nullable String value, String authentication) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("rowhouse.vault." + name
                    + " is missing (expected: a value, as rowhouse.vault.authentication is " + authentication + ")");
        }
    }

    private static String given(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("the properties were validated");
        }
        return value;
    }

    private static void require(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "rowhouse.vault." + name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Shows no credential. */
    @Override
    public String toString() {
        return "VaultProperties[" + address + ", " + authentication + "]";
    }
}
