package dev.rowhouse.app;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The control database. Its schema is migrated at start.
 *
 * @param password of {@code user}; comes from the secret store or the environment
 * @param connections this process may open; known tenants are served without any
 */
@Validated
@ConfigurationProperties("rowhouse.control")
record ControlProperties(
        @NotBlank String host,
        @DefaultValue("5432") @Min(1) @Max(65_535) int port,
        @NotBlank String database,
        @NotBlank String user,
        @NotBlank String password,
        @DefaultValue("16") @Min(2) int connections) {

    /** Shows no password. */
    @Override
    public String toString() {
        return "ControlProperties[" + user + "@" + host + ":" + port + "/" + database + "]";
    }
}
