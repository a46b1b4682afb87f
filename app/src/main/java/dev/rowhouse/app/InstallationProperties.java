package dev.rowhouse.app;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What makes this installation this one.
 *
 * @param secret from which the passwords of the shards' logins are derived; whoever changes it must prepare every shard anew
 * @param publicUrl under which clients reach it; base URLs of tenants begin with it
 * @param baseDomain under which each tenant also has a host of its own; null for none
 * @param defaultBlueprint that tenants get whose order names none
 * @param warmHouses ready houses kept per shard and newest blueprint version
 */
@ConfigurationProperties("rowhouse")
record InstallationProperties(
        @DefaultValue("") String secret,
        @DefaultValue("http://localhost:8080") String publicUrl,
        @Nullable String baseDomain,
        @DefaultValue("default") String defaultBlueprint,
        @DefaultValue("20") int warmHouses) {

    private static final int SECRET_LENGTH = 32;

    InstallationProperties {
        if (secret.length() < SECRET_LENGTH) {
            throw new IllegalArgumentException("rowhouse.secret has " + secret.length() + " characters (expected: "
                    + SECRET_LENGTH + " or more, from a random source)");
        }
        var scheme = URI.create(publicUrl).getScheme();
        if (scheme == null || !scheme.startsWith("http") || publicUrl.endsWith("/")) {
            throw new IllegalArgumentException("rowhouse.public-url: " + publicUrl
                    + " (expected: such as https://rowhouse.example, without a '/' at the end)");
        }
        if (warmHouses < 0 || warmHouses > 2_000) {
            throw new IllegalArgumentException("rowhouse.warm-houses: " + warmHouses + " (expected: 0 to 2000)");
        }
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "InstallationProperties[" + publicUrl + "]";
    }
}
