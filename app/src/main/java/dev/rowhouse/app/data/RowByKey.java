package dev.rowhouse.app.data;

import dev.rowhouse.app.inner.HeldAnswer;
import dev.rowhouse.app.inner.InnerRequest;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.shard.Isolation;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.shard.TransactionMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Answers requests of one row: calls of its relation, filtered by the key, of which the answer's one row is taken out.
 *
 * <p>The row's entity tag is a hash of what is shown of it, so it is equal on every instance and after a move, and differs
 * with each change that the client can see. A conditional write reads and writes in one state of the database: if another
 * has changed the row meanwhile, PostgreSQL refuses the write, and the condition is looked at again.
 */
final class RowByKey {

    private static final int ATTEMPTS = 6;

    private final DataRequest request;
    private final ServerWebExchange exchange;
    private final Relation relation;
    private final RowAddress address;
    private final Inner inner;
    private final Preconditions preconditions;

    /** @param inner answers requests of the relation */
    RowByKey(DataRequest request, Relation relation, RowAddress address, Inner inner) {
        this.request = request;
        this.exchange = request.exchange();
        this.relation = relation;
        this.address = address;
        this.inner = inner;
        this.preconditions = Preconditions.of(exchange.getRequest().getHeaders());
    }

    /** Says in which isolation a request of a row has to run. */
    static Isolation isolation(HttpHeaders headers) {
        return Preconditions.of(headers).isEmpty() ? Isolation.READ_COMMITTED : Isolation.REPEATABLE_READ;
    }

    Mono<Void> answer(TenantDatabase database) {
        var method = exchange.getRequest().getMethod();
        return switch (method.name()) {
            case "GET", "HEAD" -> read(database);
            case "PATCH", "DELETE", "PUT" ->
                preconditions.isEmpty() ? write(method, database) : writeIf(method, database);
            default ->
                Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed on one row")
                        .withHeader("Allow", "GET, HEAD, PATCH, PUT, DELETE"));
        };
    }

    private Mono<Void> read(TenantDatabase database) {
        RowAnswer.requireAccepted(exchange.getRequest().getHeaders());
        var reading = RowAnswer.asJson(InnerRequest.of(exchange))
                .method(HttpMethod.GET)
                .query(readQuery());
        return inner.held(reading, database).flatMap(answer -> {
            var row = row(answer).orElseThrow(RowByKey::missing);
            if (!preconditions.isMatched(row.tag())) {
                return Mono.error(() -> Preconditions.failed(row.tag()));
            }
            var shown = preconditions.names(row.tag()) ? row.unchanged(answer) : row.shown(answer, HttpStatus.OK);
            return shown.send(exchange.getResponse());
        });
    }

    private Mono<Void> writeIf(HttpMethod method, TenantDatabase database) {
        return Bodies.whole(exchange.getRequest())
                .flatMap(body -> database.transaction(
                                request.house(),
                                request.caller(),
                                new TransactionMode(Isolation.REPEATABLE_READ, false, ATTEMPTS),
                                transaction -> tag(transaction).flatMap(tag -> {
                                    if (tag.isEmpty() && !method.equals(HttpMethod.PUT)) {
                                        return Mono.error(RowByKey::missing);
                                    }
                                    preconditions.require(tag.orElse(null));
                                    return written(writing().body(body), transaction);
                                }))
                        .flatMap(answer -> answer.send(exchange.getResponse())));
    }

    private Mono<Void> write(HttpMethod method, TenantDatabase database) {
        return written(writing(), database).flatMap(answer -> answer.send(exchange.getResponse()));
    }

    private InnerRequest writing() {
        var query = address.writing(relation, exchange.getRequest().getURI().getRawQuery());
        return RowAnswer.counted(RowAnswer.asJson(InnerRequest.of(exchange))).query(query);
    }

    private Mono<HeldAnswer> written(InnerRequest writing, TenantDatabase database) {
        return inner.held(writing, database).map(answer -> {
            if (RowAnswer.changedNothing(answer)) {
                throw missing();
            }
            return row(answer).map(row -> row.shown(answer, answer.status())).orElseGet(() -> RowAnswer.silent(answer));
        });
    }

    /** Emits the entity tag that the row has now, if there is a row. */
    private Mono<Optional<String>> tag(TenantDatabase database) {
        var headers = exchange.getRequest().getHeaders();
        var reading = InnerRequest.of(exchange)
                .method(HttpMethod.GET)
                .query(readQuery())
                .bare()
                .header("Prefer", RowAnswer.timezone(headers))
                .body(new byte[0]);
        return inner.held(RowAnswer.asJson(reading), database)
                .map(answer -> row(answer).map(RowAnswer::tag));
    }

    // A view may show rows that repeat the key which they show.
    private Optional<RowAnswer> row(HeldAnswer answer) {
        if (RowAnswer.showsMany(answer)) {
            throw Problem.of(
                    ProblemType.NOT_FOUND, "no one row has this key: '" + relation.name() + "' shows it several times");
        }
        return RowAnswer.row(answer);
    }

    private String readQuery() {
        return address.reading(relation, query());
    }

    private @Nullable String query() {
        return exchange.getRequest().getURI().getRawQuery();
    }

    private static Problem missing() {
        return Problem.of(ProblemType.NOT_FOUND, "there is no row with this key");
    }
}
