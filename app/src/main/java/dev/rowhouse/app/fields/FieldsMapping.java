package dev.rowhouse.app.fields;

import dev.rowhouse.app.edge.TenantAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** Takes every request of {@code {tenant}/fields/v1} and below to the {@link FieldsHandler}. */
public final class FieldsMapping implements HandlerMapping, Ordered {

    private static final String ROOT = "/fields/v1";

    private final FieldsHandler handler;
    private final @Nullable String baseDomain;

    /** @param baseDomain under which tenants have hosts of their own; null for none */
    public FieldsMapping(FieldsHandler handler, @Nullable String baseDomain) {
        this.handler = handler;
        this.baseDomain = baseDomain;
    }

    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        var url = exchange.getRequest().getURI();
        var address = TenantAddress.of(url.getRawPath(), url.getHost(), baseDomain);
        if (address == null || !address.path().startsWith(ROOT)) {
            return Mono.empty();
        }
        var below = address.path().substring(ROOT.length());
        if (!below.isEmpty() && !below.startsWith("/")) {
            return Mono.empty();
        }
        WebHandler addressed = request -> handler.handle(request, address.slug(), below);
        return Mono.just(addressed);
    }

    // Next to the data's mapping, which claims other paths.
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }
}
