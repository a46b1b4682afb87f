package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.CertificateOrder;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The certificate that Vault issues for this process, as {@link CertificateOrder} explains it; without a role there is none.
 *
 * @param mount where the PKI engine is mounted
 * @param commonName such as {@code rowhouse.example}
 */
@ConfigurationProperties(value = "rowhouse.certificate", ignoreUnknownFields = false)
record CertificateProperties(
        @DefaultValue("pki") String mount,
        @Nullable String role,
        @Nullable String commonName,
        @DefaultValue List<String> alternativeNames,
        @DefaultValue List<String> addresses,
        @DefaultValue("72h") Duration life) {

    private static final Pattern PATH = Pattern.compile("[a-zA-Z0-9._-]+(/[a-zA-Z0-9._-]+)*");
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*");
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]+");
    private static final int LEAST_SECONDS = 1;

    CertificateProperties {
        require(PATH.matcher(mount).matches(), "mount", mount, "such as pki");
        require(role == null || PATH.matcher(role).matches(), "role", role, "a role of the PKI engine");
        require(
                commonName == null ? role == null : HOST.matcher(commonName).matches(),
                "common-name",
                commonName,
                "a host name, such as rowhouse.example, where there is a role");
        for (var name : alternativeNames) {
            require(HOST.matcher(name).matches(), "alternative-names", name, "host names, apart by commas");
        }
        for (var address : addresses) {
            require(ADDRESS.matcher(address).matches(), "addresses", address, "IP addresses, apart by commas");
        }
        require(life.toSeconds() >= LEAST_SECONDS, "life", life, "1s or more");
    }

    /** Returns what to ask for; there must be a role. */
    CertificateOrder order() {
        if (role == null || commonName == null) {
            throw new IllegalStateException("the properties were validated");
        }
        return new CertificateOrder(role, commonName, alternativeNames, addresses, life);
    }

    private static void require(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "rowhouse.certificate." + name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
