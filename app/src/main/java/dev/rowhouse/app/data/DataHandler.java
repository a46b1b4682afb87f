package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** One relation of one tenant: lets the caller in, then reads or writes. */
public final class DataHandler {

    private final TenantGate gate;
    private final Reads reads;
    private final Writes writes;
    private final Imports imports;

    public DataHandler(TenantGate gate, TenantDatabase database) {
        this.gate = gate;
        this.reads = new Reads(database);
        this.writes = new Writes(database);
        this.imports = new Imports(database);
    }

    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug, String rawRelation) {
        return gate.admit(slug, exchange.getRequest().getHeaders())
                .flatMap(admitted -> answer(new DataRequest(exchange, admitted, Parameters.decodedPath(rawRelation))))
                .onErrorMap(QueryError.class, QueryProblems::of);
    }

    private Mono<Void> answer(DataRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> reads.answer(request);
            case "POST" -> imports.takes(request) ? imports.answer(request) : writes.insert(request);
            case "PATCH" -> writes.update(request);
            case "DELETE" -> writes.delete(request);
            default ->
                Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                        .withHeader("Allow", "GET, HEAD, POST, PATCH, DELETE"));
        };
    }
}
