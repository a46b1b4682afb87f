package dev.rowhouse.app.data;

import dev.rowhouse.app.data.body.BatchStream;
import dev.rowhouse.app.data.body.CopyStream;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.Preferences;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sql.CopyFormat;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams rows of any number into a relation, in one transaction and constant memory: through COPY where no row-level policy
 * stands between caller and relation, else in batches of INSERT.
 */
final class Imports {

    private static final MediaType CSV = MediaType.parseMediaType("text/csv");
    private static final MediaType NDJSON = MediaType.parseMediaType("application/x-ndjson");

    private final TenantDatabase database;

    Imports(TenantDatabase database) {
        this.database = database;
    }

    /** Says whether the body is rows to be streamed. */
    boolean takes(DataRequest request) {
        var type = request.headers().getContentType();
        return type != null && (CSV.equalsTypeAndSubtype(type) || NDJSON.equalsTypeAndSubtype(type));
    }

    Mono<Void> answer(DataRequest request) {
        var query = QueryParser.insert(request.relation(), request.parameters(), request.prefer());
        if (query.preferences().returning() != Preferences.Returning.MINIMAL) {
            return Mono.error(() -> Problem.of(
                            ProblemType.INVALID_QUERY, "an import answers with nothing but the number of its rows")
                    .withHint("leave out 'return', or send the rows as application/json"));
        }
        var plan = Planner.insert(query, request.catalog());
        return imported(request, plan).flatMap(rows -> {
            var response = request.response();
            response.setStatusCode(HttpStatus.CREATED);
            response.getHeaders().set("Content-Range", "*/" + rows);
            response.getHeaders().setContentLength(0);
            request.apply(query.preferences().applied());
            return response.setComplete();
        });
    }

    private Mono<Long> imported(DataRequest request, InsertPlan plan) {
        var csv = CSV.equalsTypeAndSubtype(request.headers().getContentType());
        if (plan.relation().rowSecurity() && request.callerClass() != CallerClass.SERVICE) {
            return inBatches(request, plan, csv ? BatchStream.csv(plan) : BatchStream.ndjson(plan));
        }
        return byCopy(request, plan, csv ? CopyStream.csv(plan) : CopyStream.ndjson(plan));
    }

    // With its first byte the stream knows its columns, and the statement can be written.
    private Mono<Long> byCopy(DataRequest request, InsertPlan plan, CopyStream stream) {
        var refusal = new AtomicReference<QueryError>();
        return Flux.concat(body(request).map(stream::feed), Mono.fromSupplier(stream::finish))
                .doOnError(QueryError.class, refusal::set)
                .filter(bytes -> bytes.length > 0)
                .switchOnFirst((first, rows) -> {
                    if (!first.hasValue()) {
                        return rows.then(Mono.just(0L));
                    }
                    var house = request.house();
                    var sql = SqlWriter.copy(plan.relation(), stream.columns(), stream.format(), house.schema());
                    return database.copyIn(house, request.caller(), sql, rows.map(Unpooled::wrappedBuffer));
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

    private Mono<Long> inBatches(DataRequest request, InsertPlan plan, BatchStream stream) {
        var house = request.house();
        var statements = Flux.concat(
                        body(request).concatMapIterable(stream::feed),
                        Flux.defer(() -> Flux.fromIterable(stream.finish())))
                .map(rows -> SqlWriter.insert(plan, rows, house.schema()).statement());
        return database.writeAll(house, request.caller(), statements);
    }

    private static Flux<byte[]> body(DataRequest request) {
        return request.exchange().getRequest().getBody().map(Imports::bytes);
    }

    private static byte[] bytes(DataBuffer part) {
        var bytes = new byte[part.readableByteCount()];
        part.read(bytes);
        DataBufferUtils.release(part);
        return bytes;
    }
}
