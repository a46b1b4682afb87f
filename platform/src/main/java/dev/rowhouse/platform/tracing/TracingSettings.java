package dev.rowhouse.platform.tracing;

import java.net.URI;
import java.util.Map;

/**
 * Where traces go.
 *
 * @param endpoint that takes OTLP over HTTP, such as {@code http://collector:4318/v1/traces}
 * @param ratio of the traces that begin here to be recorded, 0 to 1; one that comes with a request is recorded if its sender does
 * @param headers that the endpoint asks for, such as a credential
 */
public record TracingSettings(URI endpoint, double ratio, Map<String, String> headers) {

    public TracingSettings {
        headers = Map.copyOf(headers);
    }

    /** Shows no header: they may be credentials. */
    @Override
    public String toString() {
        return "TracingSettings[" + endpoint + ", " + ratio + "]";
    }
}
