package dev.rowhouse.app.data;

import dev.rowhouse.app.data.limits.Use;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.edge.RecentAnswers;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.shard.Isolation;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The data of one tenant: lets the caller in, sees that a keyed write happens once, then reads, writes or calls. */
public final class DataHandler {

    // A function may let its answer be cached, which then is for those who show the same key and token.
    private static final String VARY = "Accept, Prefer, Range, Origin, apikey, Authorization";

    private final Turnstile turnstile;
    private final Cursors cursors;
    private final DataCalls calls;
    private final Idempotency idempotency;
    private final Replanning replanning;
    private final AnswerCache cache;
    private final RecentAnswers recent;

    public DataHandler(
            TenantGate gate,
            Turnstile turnstile,
            TenantDatabase database,
            Cursors cursors,
            AnswerCache cache,
            RecentAnswers recent) {
        this.cache = cache;
        this.recent = recent;
        this.turnstile = turnstile;
        this.cursors = cursors;
        this.calls = new DataCalls(database, cursors, cache);
        this.idempotency = new Idempotency(database);
        this.replanning = new Replanning(gate::newest);
    }

    /** @param rawPath below {@code /rest/v1/} */
    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug, String rawPath) {
        var begun = System.nanoTime();
        var headers = exchange.getRequest().getHeaders();
        exchange.getResponse().getHeaders().set(HttpHeaders.VARY, VARY);
        var use = Uses.of(exchange.getRequest(), rawPath);
        return turnstile
                .passBeforePlace(exchange, slug, use, (admitted, place) -> {
                    var timing = Timing.asked(headers, begun);
                    var request = DataCalls.request(exchange, admitted, rawPath, timing);
                    request.ended("jwt");
                    var answered = DataCalls.isKept(request, rawPath)
                            ? Mono.defer(() -> once(kept(request, rawPath, use).before(place.withoutWord()), rawPath))
                            : turnstile.inPlace(exchange, place, () -> Mono.defer(() -> once(request, rawPath)));
                    return answered.onErrorMap(failure -> Refusals.of(failure, request));
                })
                .onErrorMap(QueryError.class, QueryProblems::of);
    }

    // A row by its address has more to its answer than what is kept, and who is told of times is told of its own.
    private DataRequest kept(DataRequest request, String rawPath, Use use) {
        var repeatable = DataCalls.isOfOneRow(rawPath) || request.timing() != null
                ? null
                : Repeatable.of(request.exchange().getRequest(), request.admitted(), use, turnstile, cache, recent);
        return repeatable == null ? request : request.repeatable(repeatable);
    }

    private Mono<Void> once(DataRequest request, String rawPath) {
        var headers = request.headers();
        var key = isUnsafe(request) ? IdempotencyKey.of(headers) : null;
        if (key == null) {
            return isReading(request)
                    ? replanning.of(request, planned -> calls.answer(planned, rawPath))
                    : calls.answer(request, rawPath);
        }
        var keyed =
                new Idempotency.Keyed(request.exchange(), "rest/v1/" + rawPath, request.house(), request.caller(), key);
        Inner inner = (same, transaction) -> new DataCalls(transaction, cursors).answer(request.in(same), rawPath);
        if (Bodies.isStream(headers)) {
            return idempotency.answerStream(keyed, inner);
        }
        var isolation = DataCalls.isOfOneRow(rawPath) ? RowByKey.isolation(headers) : Isolation.READ_COMMITTED;
        return idempotency.answer(keyed, isolation, inner);
    }

    private static boolean isReading(DataRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> true;
            default -> false;
        };
    }

    private static boolean isUnsafe(DataRequest request) {
        return switch (request.method()) {
            case "POST", "PATCH", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
