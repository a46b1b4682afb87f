package dev.rowhouse.app;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which pages may use the tenants' APIs from a browser.
 *
 * @param allowedOrigins such as {@code https://app.example}; empty for every origin
 */
@ConfigurationProperties("rowhouse.data.cors")
record CorsProperties(@DefaultValue List<String> allowedOrigins) {

    CorsProperties {
        allowedOrigins = List.copyOf(allowedOrigins);
        for (var origin : allowedOrigins) {
            var url = URI.create(origin);
            if (url.getScheme() == null
                    || url.getHost() == null
                    || !url.getRawPath().isEmpty()) {
                throw new IllegalArgumentException("rowhouse.data.cors.allowed-origins: " + origin
                        + " (expected: such as https://app.example, without a path)");
            }
        }
    }
}
