package dev.rowhouse.app.telemetry;

import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** Measures every request around all else that is done for it, the answers to its errors included. */
public final class MeasuredRequests implements HttpHandler {

    private final HttpHandler handler;
    private final RequestMeters meters;
    private final EndedRequests ended;

    public MeasuredRequests(HttpHandler handler, RequestMeters meters, EndedRequests ended) {
        this.handler = handler;
        this.meters = meters;
        this.ended = ended;
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        var began = System.nanoTime();
        meters.begun();
        return Mono.defer(() -> handler.handle(request, response)).doFinally(_ -> ended(began, request, response));
    }

    private void ended(long began, ServerHttpRequest request, ServerHttpResponse response) {
        var took = System.nanoTime() - began;
        var status = response.getStatusCode();
        ended.ended(
                RequestNotes.of(request.getAttributes()),
                request.getMethod().name(),
                status == null ? 0 : status.value(),
                took);
    }
}
