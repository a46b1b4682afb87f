package dev.rowhouse.app.edge;

import dev.rowhouse.app.telemetry.RequestNotes;
import dev.rowhouse.platform.tracing.TraceSpan;
import dev.rowhouse.platform.tracing.Tracing;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every answer its ids (W3C {@code traceparent}, {@code X-Request-Id}) and the headers that all answers have. */
@Order(0)
public final class TraceFilter implements WebFilter {

    /** The exchange's attribute that holds the request's id and its trace context, with a space between. */
    public static final String REQUEST = TraceFilter.class.getName() + ".request";

    static final String TRACEPARENT = "traceparent";
    static final String REQUEST_ID = "X-Request-Id";

    private static final Pattern INCOMING =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})");
    private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,64}");

    private final Tracing tracing;

    public TraceFilter(Tracing tracing) {
        this.tracing = tracing;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var request = exchange.getRequest().getHeaders();
        var response = exchange.getResponse().getHeaders();
        var incoming = request.getFirst(TRACEPARENT);
        // What operators' tools ask for on their own port is nobody's request.
        var trace = exchange.getRequest().getURI().getRawPath().startsWith("/actuator")
                ? new Trace(traceparent(incoming), TraceSpan.NONE)
                : begin(incoming);
        var traceparent = trace.traceparent();
        var span = trace.span();
        var requestId = requestId(request.getFirst(REQUEST_ID));
        RequestNotes.begin(exchange, traceparent, span);
        exchange.getAttributes().put(REQUEST, requestId + " " + traceparent);
        response.set(TRACEPARENT, traceparent);
        response.set(REQUEST_ID, requestId);
        response.set("X-Content-Type-Options", "nosniff");
        response.set(HttpHeaders.CACHE_CONTROL, "no-store");
        var filtered = chain.filter(exchange);
        return span.isSampled() ? filtered.contextWrite(span::within) : filtered;
    }

    /** The trace of a request, and its span, which is none where traces are off. */
    record Trace(String traceparent, TraceSpan span) {}

    /** Continues the trace that the request came with, or begins one. */
    Trace begin(@Nullable String incoming) {
        if (!tracing.isOn()) {
            return new Trace(traceparent(incoming), TraceSpan.NONE);
        }
        var span =
                tracing.request(incoming != null && INCOMING.matcher(incoming).matches() ? incoming : null);
        return new Trace(span.traceparent(), span);
    }

    /** Continues a valid trace with a span of our own, else begins one. */
    static String traceparent(@Nullable String incoming) {
        if (incoming != null) {
            var parts = INCOMING.matcher(incoming);
            if (parts.matches()) {
                return "00-" + parts.group(1) + "-" + hex() + "-" + parts.group(2);
            }
        }
        return "00-" + hex() + hex() + "-" + hex() + "-00";
    }

    /** Keeps an id that is fit for logs, else makes one. */
    static String requestId(@Nullable String incoming) {
        return incoming != null && SANE_ID.matcher(incoming).matches()
                ? incoming
                : new UUID(
                                ThreadLocalRandom.current().nextLong(),
                                ThreadLocalRandom.current().nextLong())
                        .toString();
    }

    // Sixteen hexadecimal digits, never all zero. Unique, not secret.
    private static String hex() {
        var digits = Long.toHexString(ThreadLocalRandom.current().nextLong() | 1);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
