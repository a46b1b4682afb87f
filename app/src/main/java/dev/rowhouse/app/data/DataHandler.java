package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** One relation or function of one tenant: lets the caller in, then reads, writes or calls. */
public final class DataHandler {

    private static final String VARY = "Accept, Prefer, Range, Origin";

    private final TenantGate gate;
    private final Reads reads;
    private final Writes writes;
    private final Calls calls;
    private final Replanning replanning;

    public DataHandler(TenantGate gate, TenantDatabase database) {
        this.gate = gate;
        this.reads = new Reads(database);
        this.writes = new Writes(database);
        this.calls = new Calls(database);
        this.replanning = new Replanning(gate::newest);
    }

    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug, String rawRelation) {
        return admitted(exchange, slug, rawRelation, this::answer);
    }

    Mono<Void> call(ServerWebExchange exchange, @Nullable Slug slug, String rawFunction) {
        return admitted(exchange, slug, rawFunction, request -> switch (request.method()) {
            case "GET", "HEAD" -> replanning.of(request, calls::answer);
            default -> calls.answer(request);
        });
    }

    private Mono<Void> admitted(
            ServerWebExchange exchange, @Nullable Slug slug, String rawName, Function<DataRequest, Mono<Void>> work) {
        var begun = System.nanoTime();
        var headers = exchange.getRequest().getHeaders();
        exchange.getResponse().getHeaders().set(HttpHeaders.VARY, VARY);
        return gate.admit(slug, headers)
                .flatMap(admitted -> {
                    Profiles.check(exchange);
                    var timing = Timing.asked(headers, begun);
                    var request = new DataRequest(exchange, admitted, Parameters.decodedPath(rawName), timing);
                    request.ended("jwt");
                    return Mono.defer(() -> work.apply(request)).onErrorMap(failure -> Refusals.of(failure, request));
                })
                .onErrorMap(QueryError.class, QueryProblems::of);
    }

    private Mono<Void> answer(DataRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> replanning.of(request, reads::answer);
            case "POST" -> writes.insert(request);
            case "PUT" -> writes.put(request);
            case "PATCH" -> writes.update(request);
            case "DELETE" -> writes.delete(request);
            case "OPTIONS" -> Methods.answer(request);
            default ->
                Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                        .withCode("PGRST117")
                        .withHeader(HttpHeaders.ALLOW, "OPTIONS, GET, HEAD, POST, PUT, PATCH, DELETE"));
        };
    }
}
