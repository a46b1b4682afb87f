package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Carries out what admitted callers ask of relations, rows and functions, through one database: each request by itself, or
 * all of them in the transaction that this was made for.
 */
final class DataCalls {

    private static final String FUNCTIONS = "rpc/";

    private final TenantDatabase database;
    private final Cursors cursors;
    private final Reads reads;
    private final Writes writes;
    private final Calls calls;

    /** Carries everything out by itself, nothing from what is kept: as transactions need it. */
    DataCalls(TenantDatabase database, Cursors cursors) {
        this(database, cursors, null);
    }

    /** @param cache null where nothing is kept */
    DataCalls(TenantDatabase database, Cursors cursors, @Nullable AnswerCache cache) {
        this.database = database;
        this.cursors = cursors;
        this.reads = new Reads(database, cursors, cache);
        this.writes = new Writes(database);
        this.calls = new Calls(database);
    }

    /** @param rawPath below {@code /rest/v1/} */
    static boolean isOfFunction(String rawPath) {
        return rawPath.startsWith(FUNCTIONS);
    }

    /** @param rawPath below {@code /rest/v1/} */
    static boolean isOfOneRow(String rawPath) {
        return !isOfFunction(rawPath) && RowAddress.of(rawPath) != null;
    }

    /** Says whether the request may be answered without the database. */
    static boolean isKept(DataRequest request, String rawPath) {
        return !isOfFunction(rawPath)
                && AnswerCache.isDeclared(request)
                && Explanation.wanted(request.headers()) == null;
    }

    /** Returns the request of what the path names: a relation, a row's relation, or a function. */
    static DataRequest request(ServerWebExchange exchange, Admitted admitted, String rawPath, @Nullable Timing timing) {
        if (isOfFunction(rawPath)) {
            var function = Parameters.decodedPath(rawPath.substring(FUNCTIONS.length()));
            return new DataRequest(exchange, admitted, function, timing);
        }
        var row = RowAddress.of(rawPath);
        var relation = row == null ? Parameters.decodedPath(rawPath) : row.relation();
        return new DataRequest(exchange, admitted, relation, timing);
    }

    /** @param request of what {@code rawPath} names */
    Mono<Void> answer(DataRequest request, String rawPath) {
        Profiles.check(request.exchange());
        if (isOfFunction(rawPath)) {
            return calls.answer(request);
        }
        var row = RowAddress.of(rawPath);
        if (row != null) {
            return row(request, row);
        }
        Preconditions.refuseOn(request);
        return relation(request);
    }

    private Mono<Void> row(DataRequest request, RowAddress row) {
        Inner relation = (inner, through) -> {
            var same = request.in(inner);
            return through == database ? relation(same) : new DataCalls(through, cursors).relation(same);
        };
        var found = request.catalog().relation(row.relation());
        // What is not there is said to be so by whoever looks for it.
        return found == null ? relation(request) : new RowByKey(request, found, row, relation).answer(database);
    }

    private Mono<Void> relation(DataRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> reads.answer(request);
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
