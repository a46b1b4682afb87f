package dev.rowhouse.app.telemetry;

import dev.rowhouse.platform.tracing.TraceSpan;
import dev.rowhouse.tenancy.insight.ActivityMeter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes down what became of requests: in the metrics, in what is known of each tenant, in their traces and in the log. */
public final class EndedRequests {

    private static final Logger log = LoggerFactory.getLogger("dev.rowhouse.requests");

    private static final int FIRST_OWN_FAULT = 500;

    private final RequestMeters meters;
    private final ActivityMeter activity;

    public EndedRequests(RequestMeters meters, ActivityMeter activity) {
        this.meters = meters;
        this.activity = activity;
    }

    /** A request was answered before anything was made of it. */
    public void answered(RequestNotes notes, String method, int status, long nanos) {
        meters.begun();
        meters.answeredEarly();
        ended(notes, method, status, nanos);
    }

    /**
     * A request that had begun has ended.
     *
     * @param status 0 for none
     */
    void ended(RequestNotes notes, String method, int status, long nanos) {
        var tenant = notes.tenant();
        // How long a stream is open says nothing of how quick it is.
        if (tenant != null && notes.route() != Route.EVENTS) {
            activity.request(tenant, status, nanos, notes.cacheHit());
        }
        var span = notes.span();
        if (span.isSampled()) {
            span.during(() -> meters.ended(notes, method, status, nanos));
            end(span, notes, method, status);
            tell(log.atInfo(), notes, method, status, nanos);
        } else {
            meters.ended(notes, method, status, nanos);
            if (log.isDebugEnabled()) {
                tell(log.atDebug(), notes, method, status, nanos);
            }
        }
    }

    // Of the address the route alone: what else is in it may be values of rows.
    private static void end(TraceSpan span, RequestNotes notes, String method, int status) {
        span.name(method + " " + notes.route().label())
                .tell("http.request.method", method)
                .tell("http.route", notes.route().label())
                .tell("http.response.status_code", status);
        var tenant = notes.tenant();
        if (tenant != null) {
            span.tell("rowhouse.tenant.id", tenant.toString());
        }
        if (status >= FIRST_OWN_FAULT) {
            span.failed();
        }
        span.end();
    }

    private static void tell(LoggingEventBuilder line, RequestNotes notes, String method, int status, long nanos) {
        notes.tell(line)
                .log("{} {} answered {} after {} µs", method, notes.route().label(), status, nanos / 1_000);
    }
}
