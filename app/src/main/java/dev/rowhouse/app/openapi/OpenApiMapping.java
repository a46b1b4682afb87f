package dev.rowhouse.app.openapi;

import dev.rowhouse.app.edge.TenantAddress;
import dev.rowhouse.app.page.StaticPage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** Takes {@code {tenant}/rest/v1/} to the {@link DocumentHandler} and {@code {tenant}/docs} to the page that shows it. */
public final class OpenApiMapping implements HandlerMapping, Ordered {

    private final DocumentHandler documents;
    private final StaticPage page = StaticPage.of(OpenApiMapping.class, "docs");
    private final @Nullable String baseDomain;

    /** @param baseDomain under which tenants have hosts of their own; null for none */
    public OpenApiMapping(DocumentHandler documents, @Nullable String baseDomain) {
        this.documents = documents;
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
            case "/rest/v1", "/rest/v1/" ->
                Mono.just((WebHandler) request -> documents.handle(request, address.slug()));
            case "/docs", "/docs/" -> Mono.just((WebHandler) page::send);
            default -> Mono.empty();
        };
    }

    // Next to the data's mapping, which claims other paths.
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 2;
    }
}
