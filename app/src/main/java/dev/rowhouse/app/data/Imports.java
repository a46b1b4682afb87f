package dev.rowhouse.app.data;

import dev.rowhouse.app.data.body.BatchStream;
import dev.rowhouse.app.data.body.CopyStream;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.query.Preferences;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.WriteQuery;
import dev.rowhouse.app.data.sql.CopyFormat;
import dev.rowhouse.app.data.sql.Rendering;
import dev.rowhouse.app.data.sql.WriteSql;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams rows of any number into a relation, in one transaction and constant memory: through COPY where no row-level policy
 * stands between caller and relation, else in batches of INSERT.
 */
final class Imports {

    private final TenantDatabase database;

    Imports(TenantDatabase database) {
        this.database = database;
    }

    /** Says whether the body's rows can be streamed, for nothing is asked of them but to be inserted. */
    static boolean streams(DataRequest request, WriteQuery query) {
        var type = request.headers().getContentType();
        var preferences = query.preferences();
        return (Bodies.isOf(type, Bodies.CSV) || Bodies.isOf(type, Bodies.NDJSON))
                && preferences.returning() == Preferences.Returning.MINIMAL
                && preferences.resolution() == null
                && !preferences.rollback()
                && query.columns().isEmpty();
    }

    Mono<Void> answer(DataRequest request, WriteQuery query, InsertPlan plan) {
        return imported(request, query, plan).flatMap(rows -> {
            var response = request.response();
            response.setStatusCode(HttpStatus.CREATED);
            response.getHeaders().set(Ranges.CONTENT_RANGE, "*/" + rows);
            response.getHeaders().setContentLength(0);
            request.apply(query.preferences().applied());
            return response.setComplete();
        });
    }

    private Mono<Long> imported(DataRequest request, WriteQuery query, InsertPlan plan) {
        var csv = Bodies.isOf(request.headers().getContentType(), Bodies.CSV);
        var caller = Writes.caller(request, query.preferences());
        if (plan.relation().rowSecurity() && request.callerClass() != CallerClass.SERVICE
                || plan.relation().columns().stream()
                        .anyMatch(column -> column.type().writtenBy() != null)) {
            return inBatches(request, caller, plan, csv ? BatchStream.csv(plan) : BatchStream.ndjson(plan));
        }
        return byCopy(request, caller, plan, csv ? CopyStream.csv(plan) : CopyStream.ndjson(plan));
    }

    // With its first byte the stream knows its columns, and the statement can be written.
    private Mono<Long> byCopy(DataRequest request, Caller caller, InsertPlan plan, CopyStream stream) {
        var refusal = new AtomicReference<QueryError>();
        return Flux.concat(Bodies.pieces(request).map(stream::feed), Mono.fromSupplier(stream::finish))
                .doOnError(QueryError.class, refusal::set)
                .filter(bytes -> bytes.length > 0)
                .switchOnFirst((first, rows) -> {
                    if (!first.hasValue()) {
                        return rows.then(Mono.just(0L));
                    }
                    var house = request.house();
                    var sql = WriteSql.copy(plan.relation(), stream.columns(), stream.format(), house.schema());
                    return database.copyIn(house, caller, sql, rows.map(Unpooled::wrappedBuffer));
                })
                .singleOrEmpty()
                .onErrorMap(failure -> reason(failure, refusal.get(), stream.format()));
    }

    // A stream that breaks off makes PostgreSQL say that the COPY failed; why it broke off is the answer.
    private static Throwable reason(Throwable failure, @Nullable QueryError refusal, CopyFormat format) {
        if (refusal != null) {
            return refusal;
        }
        return failure instanceof ShardError.Refused refused ? CopyProblems.of(refused, format) : failure;
    }

    private Mono<Long> inBatches(DataRequest request, Caller caller, InsertPlan plan, BatchStream stream) {
        var house = request.house();
        var statements = Flux.concat(
                        Bodies.pieces(request).concatMapIterable(stream::feed),
                        Flux.defer(() -> Flux.fromIterable(stream.finish())))
                .map(rows -> WriteSql.insert(
                                plan,
                                rows,
                                Rendering.JSON,
                                house.schema(),
                                request.role(),
                                request.plainCaller().origin())
                        .statement());
        return database.writeAll(house, caller, statements);
    }
}
