package dev.rowhouse.app.data;

import dev.rowhouse.app.inner.HeldAnswer;
import dev.rowhouse.app.inner.InnerRequest;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.shard.Claim;
import dev.rowhouse.tenancy.shard.Isolation;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.shard.TransactionMode;
import dev.rowhouse.tenancy.shard.WriteKeys;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Carries a request with an {@code Idempotency-Key} out once: its answer is kept in the transaction of its write and given
 * again to whoever repeats the request.
 *
 * <p>What was refused is not kept: nothing was written, and the next try is the first.
 */
final class Idempotency {

    private static final String REPLAYED = "Idempotency-Replayed";
    private static final int ATTEMPTS = 5;

    /** @param address of the request inside of the tenant's base URL, encoded */
    record Keyed(ServerWebExchange exchange, String address, House house, Caller caller, String key) {

        Digest digest() {
            var request = exchange.getRequest();
            return new Digest()
                    .line(request.getMethod().name())
                    .line(address)
                    .line(request.getURI().getRawQuery())
                    // With tx=rollback it is another request.
                    .line(String.join(",", request.getHeaders().getOrEmpty("Prefer")))
                    .line(request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE));
        }
    }

    private record Outcome(HeldAnswer answer, boolean replayed) {}

    private final TenantDatabase database;

    Idempotency(TenantDatabase database) {
        this.database = database;
    }

    /** Answers a request of which the body is short enough to be held. */
    Mono<Void> answer(Keyed keyed, Isolation isolation, Inner inner) {
        return Bodies.whole(keyed.exchange().getRequest()).flatMap(body -> answer(keyed, body, isolation, inner));
    }

    /** Answers a request of which the body has been read. */
    Mono<Void> answer(Keyed keyed, byte[] body, Isolation isolation, Inner inner) {
        var request = InnerRequest.of(keyed.exchange()).body(body);
        var hash = keyed.digest().bytes(body).hex();
        return database.transaction(
                        keyed.house(),
                        keyed.caller(),
                        new TransactionMode(isolation, false, ATTEMPTS),
                        transaction -> once(
                                keyed,
                                transaction,
                                inner.held(request, transaction),
                                () -> hash,
                                Mono.fromSupplier(() -> hash)))
                .flatMap(outcome -> outcome)
                .flatMap(outcome -> send(keyed, outcome));
    }

    /** Answers a request whose body is a stream: what tells it from others is known when its last byte has come. */
    Mono<Void> answerStream(Keyed keyed, Inner inner) {
        var digest = keyed.digest();
        var body = keyed.exchange().getRequest().getBody();
        var request = InnerRequest.of(keyed.exchange()).body(body.doOnNext(digest::bytes));
        return database.transaction(
                        keyed.house(),
                        keyed.caller(),
                        new TransactionMode(Isolation.READ_COMMITTED, false, 1),
                        transaction -> once(
                                keyed,
                                transaction,
                                inner.held(request, transaction),
                                digest::hex,
                                body.doOnNext(part -> consume(digest, part)).then(Mono.fromSupplier(digest::hex))))
                .flatMap(outcome -> outcome)
                .flatMap(outcome -> send(keyed, outcome));
    }

    /**
     * Emits the outcome inside of the transaction, or how it comes about behind it: a body that nothing is done with may take
     * its time, and no connection waits for that.
     *
     * @param hash of the request that has been carried out
     * @param unread hash of the request that is not to be carried out
     */
    private static Mono<Mono<Outcome>> once(
            Keyed keyed,
            TenantDatabase transaction,
            Mono<HeldAnswer> first,
            Supplier<String> hash,
            Mono<String> unread) {
        return WriteKeys.claim(transaction, keyed.house(), keyed.caller(), keyed.key())
                .flatMap(claim -> switch (claim) {
                    case Claim.Granted _ ->
                        first.flatMap(answer -> WriteKeys.keep(
                                        transaction,
                                        keyed.house(),
                                        keyed.caller(),
                                        keyed.key(),
                                        KeptAnswers.of(hash.get(), answer))
                                .thenReturn(Mono.just(new Outcome(answer, false))));
                    case Claim.Running _ -> Mono.error(Idempotency::running);
                    case Claim.Done(var kept) ->
                        Mono.just(unread.map(repeated -> new Outcome(KeptAnswers.again(kept, repeated), true)));
                });
    }

    private static Mono<Void> send(Keyed keyed, Outcome outcome) {
        var response = keyed.exchange().getResponse();
        if (outcome.replayed()) {
            response.getHeaders().set(REPLAYED, "true");
        }
        return outcome.answer().send(response);
    }

    private static void consume(Digest digest, DataBuffer part) {
        digest.bytes(part);
        DataBufferUtils.release(part);
    }

    private static Problem running() {
        return Problem.of(
                        ProblemType.IDEMPOTENCY_RUNNING,
                        "the request that came first with this Idempotency-Key is still being carried out")
                .retryAfter(1);
    }
}
