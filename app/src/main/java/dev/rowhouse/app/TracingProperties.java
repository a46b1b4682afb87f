package dev.rowhouse.app;

import dev.rowhouse.platform.tracing.TracingSettings;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where traces go, as {@link TracingSettings} explains it.
 *
 * @param endpoint that takes OTLP over HTTP; without one nothing is recorded
 */
@ConfigurationProperties("rowhouse.tracing")
record TracingProperties(
        @Nullable URI endpoint,
        @DefaultValue("0.01") double ratio,
        @DefaultValue Map<String, String> headers) {

    TracingProperties {
        if (endpoint != null
                && (endpoint.getHost() == null
                        || !String.valueOf(endpoint.getScheme()).startsWith("http"))) {
            throw new IllegalArgumentException(
                    "rowhouse.tracing.endpoint: " + endpoint + " (expected: such as http://collector:4318/v1/traces)");
        }
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("rowhouse.tracing.ratio: " + ratio + " (expected: 0 to 1)");
        }
    }

    @Nullable
    TracingSettings settings() {
        return endpoint == null ? null : new TracingSettings(endpoint, ratio, headers);
    }

    /** Shows no header: they may be credentials. */
    @Override
    public String toString() {
        return "TracingProperties[" + endpoint + ", " + ratio + "]";
    }
}
