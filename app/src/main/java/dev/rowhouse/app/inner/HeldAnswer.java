package dev.rowhouse.app.inner;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** A whole answer. */
public record HeldAnswer(HttpStatusCode status, HttpHeaders headers, byte[] body) {

    /** Sends it; what {@code response} already says stays unless this says otherwise. */
    public Mono<Void> send(ServerHttpResponse response) {
        response.setStatusCode(status);
        headers.forEach(response.getHeaders()::put);
        if (body.length == 0) {
            return response.setComplete();
        }
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
