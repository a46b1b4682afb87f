package dev.rowhouse.app.data;

import dev.rowhouse.app.data.Batch.Call;
import dev.rowhouse.app.data.limits.Use;
import dev.rowhouse.app.inner.HeldAnswer;
import dev.rowhouse.app.inner.InnerRequest;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code POST {tenant}/tx/v1}: several calls of {@code /rest/v1} as one transaction, in one request.
 *
 * <p>Nothing is told of any call before the commit, so the whole is run anew when a concurrent transaction stood in the way.
 * The first call that fails undoes all of them; its refusal is the answer, with its place among the calls.
 */
public final class TransactionHandler {

    static final String PATH = "/tx/v1";

    private static final String ROOT = "/rest/v1/";
    private static final int NO_CALL = -1;

    private final Turnstile turnstile;
    private final TenantDatabase database;
    private final Cursors cursors;
    private final Idempotency idempotency;

    public TransactionHandler(Turnstile turnstile, TenantDatabase database, Cursors cursors) {
        this.turnstile = turnstile;
        this.cursors = cursors;
        this.database = database;
        this.idempotency = new Idempotency(database);
    }

    /** One request on its way: how often it was tried, and at which call it is. */
    private record Run(
            ServerWebExchange exchange, Admitted admitted, Batch batch, AtomicInteger attempts, AtomicInteger at) {

        Run(ServerWebExchange exchange, Admitted admitted, Batch batch) {
            this(exchange, admitted, batch, new AtomicInteger(), new AtomicInteger(NO_CALL));
        }

        /** Returns {@code failure} with the place where it happened. */
        Throwable placed(Throwable failure) {
            var call = at.get();
            if (call == NO_CALL) {
                return failure;
            }
            var path = batch.calls().get(call).path();
            var problem = Problem.of(Refusals.of(failure, DataCalls.request(exchange, admitted, path, null)));
            // What is wrong here has its reason in the failure itself, for the log.
            return problem.type() == ProblemType.INTERNAL_ERROR ? failure : problem.with("call", call);
        }
    }

    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug) {
        return turnstile.pass(exchange, slug, Use.WRITE, admitted -> answer(exchange, admitted));
    }

    private Mono<Void> answer(ServerWebExchange exchange, Admitted admitted) {
        var request = exchange.getRequest();
        if (!request.getMethod().equals(HttpMethod.POST)) {
            return Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "a transaction is sent by POST")
                    .withHeader("Allow", "POST"));
        }
        var type = request.getHeaders().getContentType();
        if (type != null && !MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
            return Mono.error(() -> Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "a transaction is sent as JSON")
                    .withHeader("Accept", "application/json"));
        }
        var key = IdempotencyKey.of(request.getHeaders());
        return Bodies.whole(request)
                .flatMap(body -> answer(new Run(exchange, admitted, BatchBody.read(body)), key, body));
    }

    // What only reads has nothing that could happen twice.
    private Mono<Void> answer(Run run, @Nullable String key, byte[] body) {
        Inner inner = (exchange, through) -> through.transaction(
                        run.admitted().house(),
                        run.admitted().caller(),
                        run.batch().mode(),
                        transaction -> Mono.defer(() -> all(run, transaction)))
                .flatMap(answer -> answer.send(exchange.getResponse()));
        var answered = key == null || run.batch().readOnly()
                ? inner.answer(run.exchange(), database)
                : idempotency.answer(keyed(run, key), body, run.batch().isolation(), inner);
        return answered.onErrorMap(run::placed);
    }

    private static Idempotency.Keyed keyed(Run run, String key) {
        var admitted = run.admitted();
        return new Idempotency.Keyed(run.exchange(), "tx/v1", admitted.house(), admitted.caller(), key);
    }

    private Mono<HeldAnswer> all(Run run, TenantDatabase transaction) {
        run.at().set(NO_CALL);
        var calls = new DataCalls(transaction, cursors);
        var answer = new BatchAnswer(run.attempts().incrementAndGet());
        return Flux.range(0, run.batch().calls().size())
                .concatMap(index -> call(run, index, calls, transaction, answer), 1)
                .then(Mono.fromSupplier(() -> {
                    run.at().set(NO_CALL);
                    return answer.answer();
                }));
    }

    private static Mono<HeldAnswer> call(
            Run run, int index, DataCalls calls, TenantDatabase transaction, BatchAnswer answer) {
        return Mono.defer(() -> {
            run.at().set(index);
            var call = run.batch().calls().get(index);
            Inner inner = (exchange, _) ->
                    calls.answer(DataCalls.request(exchange, run.admitted(), call.path(), null), call.path());
            return inner.held(request(run, call), transaction)
                    .doOnNext(held -> answer.add(successful(held), call.method().equals("HEAD")));
        });
    }

    private static InnerRequest request(Run run, Call call) {
        var here = run.exchange().getRequest().getURI().getRawPath();
        var tenant = here.substring(0, here.length() - PATH.length());
        var request = InnerRequest.of(run.exchange())
                .method(HttpMethod.valueOf(call.method()))
                .address(tenant + ROOT + call.path(), call.query())
                .bare()
                .body(call.body());
        if (call.body().length > 0) {
            request.header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        }
        call.headers().forEach(request::header);
        return request;
    }

    // A function may answer with any status without an error of its own.
    private static HeldAnswer successful(HeldAnswer answer) {
        if (answer.status().isError()) {
            throw Problem.of(
                    ProblemType.STATEMENT_REFUSED,
                    "the call answered with " + answer.status().value());
        }
        return answer;
    }
}
