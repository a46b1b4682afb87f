package dev.rowhouse.app.data;

import dev.rowhouse.app.inner.HeldAnswer;
import dev.rowhouse.app.inner.HeldResponse;
import dev.rowhouse.app.inner.InnerRequest;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Answers the request of an exchange through a database, which may be a transaction of several calls. */
@FunctionalInterface
interface Inner {

    Mono<Void> answer(ServerWebExchange exchange, TenantDatabase database);

    /** Answers {@code request} and holds the answer. */
    default Mono<HeldAnswer> held(InnerRequest request, TenantDatabase database) {
        return Mono.defer(() -> {
            var response = new HeldResponse();
            return answer(request.into(response), database).then(Mono.fromSupplier(response::answer));
        });
    }
}
