package dev.rowhouse.app.telemetry;

import dev.rowhouse.platform.tracing.TraceSpan;
import dev.rowhouse.tenancy.TenantId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.web.server.ServerWebExchange;

/**
 * What becomes known of a request on its way, for the metrics, the trace and the log that are written when it has ended.
 * Written by one thread after the other.
 */
public final class RequestNotes {

    private static final String ATTRIBUTE = RequestNotes.class.getName();

    /** What is known of a request that got nowhere. */
    static final RequestNotes NONE = new RequestNotes("", Route.OTHER, TraceSpan.NONE);

    private static final int TRACE_ID_START = 3;
    private static final int TRACE_ID_END = 35;

    private final String traceparent;
    private final Route first;
    private final TraceSpan span;
    private @Nullable Admission admission;
    private @Nullable Boolean cacheHit;

    /** What is known from the gate on. */
    private record Admission(TenantId tenant, String plan, Route route) {}

    private RequestNotes(String traceparent, Route first, TraceSpan span) {
        this.traceparent = traceparent;
        this.first = first;
        this.span = span;
    }

    /** Begins the notes of a request whose trace context is known. */
    public static void begin(ServerWebExchange exchange, String traceparent, TraceSpan span) {
        var path = exchange.getRequest().getURI().getRawPath();
        exchange.getAttributes()
                .put(
                        ATTRIBUTE,
                        new RequestNotes(traceparent, path.startsWith("/admin/") ? Route.ADMIN : Route.OTHER, span));
    }

    /** Returns the notes of a request that was answered from what is kept before it had any. */
    public static RequestNotes ofKept(String traceparent, TraceSpan span, TenantId tenant, String plan, Route route) {
        var notes = new RequestNotes(traceparent, route, span);
        notes.admitted(tenant, plan, route);
        notes.lookedUp(true);
        return notes;
    }

    /** Returns the notes of the request, which are empty if it did not come through the edge. */
    public static RequestNotes of(Map<String, Object> attributes) {
        return attributes.get(ATTRIBUTE) instanceof RequestNotes notes ? notes : NONE;
    }

    /** Notes whose request it is, once it is let in. */
    public void admitted(TenantId tenant, String plan, Route route) {
        if (this != NONE) {
            admission = new Admission(tenant, plan, route);
        }
    }

    /** Notes that an answer was looked for among those that are kept. */
    public void lookedUp(boolean hit) {
        if (this != NONE) {
            cacheHit = hit;
        }
    }

    /** Says whether the answer had been kept, or null if nobody looked. */
    @Nullable
    Boolean cacheHit() {
        return cacheHit;
    }

    /** Returns the id of the request's trace: 32 hexadecimal digits, or nothing for one that got nowhere. */
    public String traceId() {
        return traceparent.length() < TRACE_ID_END ? "" : traceparent.substring(TRACE_ID_START, TRACE_ID_END);
    }

    /** Returns whose request it is, or null while that is not known. */
    public @Nullable TenantId tenant() {
        var known = admission;
        return known == null ? null : known.tenant();
    }

    /** Returns the line with what connects it to the request's trace and tenant, by the names of the Elastic Common Schema. */
    public LoggingEventBuilder tell(LoggingEventBuilder line) {
        var told = line.addKeyValue("trace.id", traceId());
        var tenant = tenant();
        return tenant == null ? told : told.addKeyValue("tenant.id", tenant.toString());
    }

    TraceSpan span() {
        return span;
    }

    Route route() {
        var known = admission;
        return known == null ? first : known.route();
    }

    /** Returns the name of the tenant's plan, or null while that is not known. */
    @Nullable
    String plan() {
        var known = admission;
        return known == null ? null : known.plan();
    }
}
