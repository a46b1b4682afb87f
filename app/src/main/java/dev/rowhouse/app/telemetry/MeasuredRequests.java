package dev.rowhouse.app.telemetry;

import dev.rowhouse.platform.tracing.TraceSpan;
import dev.rowhouse.tenancy.insight.ActivityMeter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** Measures every request around all else that is done for it, the answers to its errors included. */
public final class MeasuredRequests implements HttpHandler {

    private static final Logger log = LoggerFactory.getLogger("dev.rowhouse.requests");

    private static final int FIRST_OWN_FAULT = 500;

    private final HttpHandler handler;
    private final RequestMeters meters;
    private final ActivityMeter activity;

    public MeasuredRequests(HttpHandler handler, RequestMeters meters, ActivityMeter activity) {
        this.handler = handler;
        this.meters = meters;
        this.activity = activity;
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        var began = System.nanoTime();
        meters.begun();
        return Mono.defer(() -> handler.handle(request, response)).doFinally(_ -> ended(began, request, response));
    }

    private void ended(long began, ServerHttpRequest request, ServerHttpResponse response) {
        var took = System.nanoTime() - began;
        var notes = RequestNotes.of(request.getAttributes());
        var status = response.getStatusCode();
        var code = status == null ? 0 : status.value();
        var method = request.getMethod().name();
        var tenant = notes.tenant();
        // How long a stream is open says nothing of how quick it is.
        if (tenant != null && notes.route() != Route.EVENTS) {
            activity.request(tenant, code, took, notes.cacheHit());
        }
        var span = notes.span();
        if (span.isSampled()) {
            span.during(() -> meters.ended(notes, method, code, took));
            end(span, notes, method, code);
            tell(log.atInfo(), notes, method, code, took);
        } else {
            meters.ended(notes, method, code, took);
            if (log.isDebugEnabled()) {
                tell(log.atDebug(), notes, method, code, took);
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
