package dev.rowhouse.app.edge;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Once this process is about to end, closes each connection with its answer (RFC 9112, section 9.6): a client or a balancer
 * that keeps its connections comes by a new one, and with it to another instance, before this one stops to listen.
 */
@Order(-1)
public final class LastAnswers implements WebFilter {

    private volatile boolean begun;

    /** From now on each answer is the last one of its connection. */
    public void begin() {
        begun = true;
    }

    boolean isBegun() {
        return begun;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (begun) {
            exchange.getResponse().getHeaders().set(HttpHeaders.CONNECTION, "close");
        }
        return chain.filter(exchange);
    }
}
