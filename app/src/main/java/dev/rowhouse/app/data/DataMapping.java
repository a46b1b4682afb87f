package dev.rowhouse.app.data;

import dev.rowhouse.app.edge.TenantAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/**
 * Takes every request of a relation, of one of its rows or of a function below {@code {tenant}/rest/v1/} to the {@link
 * DataHandler}: one look at the path instead of a walk through all routes.
 */
public final class DataMapping implements HandlerMapping, Ordered {

    private static final String ROOT = "/rest/v1/";

    private final DataHandler handler;
    private final TransactionHandler transactions;
    private final @Nullable String baseDomain;

    /** @param baseDomain under which tenants have hosts of their own; null for none */
    public DataMapping(DataHandler handler, TransactionHandler transactions, @Nullable String baseDomain) {
        this.handler = handler;
        this.transactions = transactions;
        this.baseDomain = baseDomain;
    }

    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        var url = exchange.getRequest().getURI();
        var address = TenantAddress.of(url.getRawPath(), url.getHost(), baseDomain);
        if (address != null && address.path().equals(TransactionHandler.PATH)) {
            WebHandler transaction = request -> transactions.handle(request, address.slug());
            return Mono.just(transaction);
        }
        if (address == null || !address.path().startsWith(ROOT)) {
            return Mono.empty();
        }
        var relation = address.path().substring(ROOT.length());
        var isRow = RowAddress.of(relation) != null;
        if (relation.isEmpty() || relation.indexOf('/') >= 0 && !isRow) {
            return Mono.empty();
        }
        WebHandler addressed = request -> handler.handle(request, address.slug(), relation);
        return Mono.just(addressed);
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
