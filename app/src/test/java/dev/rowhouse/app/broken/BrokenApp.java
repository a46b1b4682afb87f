package dev.rowhouse.app.broken;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Breaks what the application must not do: a filter off the edge, blocking, subscribing, a thread's memory, a pool, Kafka, Redis. */
public final class BrokenApp implements WebFilter {

    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

    public BrokenApp(
            DatabaseClient client,
            io.r2dbc.spi.ConnectionFactory connections,
            reactor.kafka.sender.KafkaSender<?, ?> sender,
            io.lettuce.core.RedisClient redis) {
        TENANT.set(client.toString() + connections + sender + redis);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        chain.filter(exchange).subscribe();
        chain.filter(exchange).block();
        return Mono.empty();
    }
}
