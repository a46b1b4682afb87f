package dev.rowhouse.app.events;

import dev.rowhouse.app.edge.TenantAddress;
import dev.rowhouse.app.page.StaticPage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** Takes {@code {tenant}/events/v1} to the {@link EventsHandler} and {@code {tenant}/events} to the page that shows them. */
public final class EventsMapping implements HandlerMapping, Ordered {

    private final EventsHandler handler;
    private final StaticPage page = StaticPage.of(EventsMapping.class, "events");
    private final @Nullable String baseDomain;

    /** @param baseDomain under which tenants have hosts of their own; null for none */
    public EventsMapping(EventsHandler handler, @Nullable String baseDomain) {
        this.handler = handler;
        this.baseDomain = baseDomain;
    }

    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        var url = exchange.getRequest().getURI();
        var address = TenantAddress.of(url.getRawPath(), url.getHost(), baseDomain);
        if (address == null) {
            return Mono.empty();
        }
        return switch (address.path()) {
            case "/events/v1", "/events/v1/" ->
                Mono.just((WebHandler) request -> handler.handle(request, address.slug()));
            case "/events", "/events/" -> Mono.just((WebHandler) page::send);
            default -> Mono.empty();
        };
    }

    // Next to the data's mapping, which claims other paths.
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 3;
    }
}
