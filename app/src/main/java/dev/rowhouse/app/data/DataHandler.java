package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** One relation of one tenant: lets the caller in, then reads or writes. */
public final class DataHandler {

    private static final String VARY = "Accept, Prefer, Range, Origin";

    private final TenantGate gate;
    private final Reads reads;
    private final Writes writes;
    private final Imports imports;
    private final Replanning replanning;

    public DataHandler(TenantGate gate, TenantDatabase database) {
        this.gate = gate;
        this.reads = new Reads(database);
        this.writes = new Writes(database);
        this.imports = new Imports(database);
        this.replanning = new Replanning(gate::newest);
    }

    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug, String rawRelation) {
        var begun = System.nanoTime();
        var headers = exchange.getRequest().getHeaders();
        exchange.getResponse().getHeaders().set(HttpHeaders.VARY, VARY);
        return gate.admit(slug, headers)
                .flatMap(admitted -> {
                    Profiles.check(exchange);
                    var timing = Timing.asked(headers, begun);
                    var request = new DataRequest(exchange, admitted, Parameters.decodedPath(rawRelation), timing);
                    request.ended("jwt");
                    return answer(request).onErrorMap(failure -> Refusals.of(failure, request));
                })
                .onErrorMap(QueryError.class, QueryProblems::of);
    }

    private Mono<Void> answer(DataRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> replanning.of(request, reads::answer);
            case "POST" -> imports.takes(request) ? imports.answer(request) : writes.insert(request);
            case "PATCH" -> writes.update(request);
            case "DELETE" -> writes.delete(request);
            case "OPTIONS" -> Methods.answer(request);
            default ->
                Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                        .withCode("PGRST117")
                        .withHeader(HttpHeaders.ALLOW, "OPTIONS, GET, HEAD, POST, PATCH, DELETE"));
        };
    }
}
