package dev.rowhouse.app.data;

import dev.rowhouse.app.data.body.JsonBody;
import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.query.Preferences;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.query.WriteQuery;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.shard.Write;
import dev.rowhouse.tenancy.shard.Written;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import reactor.core.publisher.Mono;

/** Answers writes whose body, if any, is JSON. What is answered is held until the transaction has committed. */
final class Writes {

    private static final byte[] NOTHING = {};

    private final TenantDatabase database;
    private final Misfits misfits;

    Writes(TenantDatabase database) {
        this.database = database;
        this.misfits = new Misfits(database);
    }

    Mono<Void> insert(DataRequest request) {
        var query = QueryParser.insert(request.relation(), request.parameters(), request.prefer());
        var plan = Planner.insert(query, request.catalog());
        return body(request)
                .map(body -> JsonBody.insert(plan, body))
                .flatMap(rows -> run(
                        request,
                        rows,
                        SqlWriter.insert(plan, rows, request.house().schema())))
                .flatMap(written -> inserted(request, query, written));
    }

    Mono<Void> update(DataRequest request) {
        var query = QueryParser.change(request.relation(), request.parameters(), request.prefer());
        var plan = Planner.update(query, request.catalog());
        return body(request)
                .map(body -> JsonBody.update(plan, body))
                .flatMap(rows -> run(
                        request,
                        rows,
                        SqlWriter.update(plan, rows, request.house().schema())))
                .flatMap(written -> changed(request, query, written));
    }

    Mono<Void> delete(DataRequest request) {
        var query = QueryParser.change(request.relation(), request.parameters(), request.prefer());
        var plan = Planner.delete(query, request.catalog());
        return run(request, SqlWriter.delete(plan, request.house().schema()))
                .flatMap(written -> changed(request, query, written));
    }

    private Mono<Written> run(DataRequest request, Rows rows, Write write) {
        return run(request, write)
                .onErrorResume(ShardError.Refused.class, refused -> misfits.explained(refused, request, rows));
    }

    private Mono<Written> run(DataRequest request, Write write) {
        return database.write(request.house(), request.caller(), write);
    }

    private static Mono<Void> inserted(DataRequest request, WriteQuery query, Written written) {
        var total = query.preferences().counted() ? Long.toString(written.rows()) : "*";
        if (query.preferences().returning() == Preferences.Returning.HEADERS_ONLY) {
            KeyLocation.of(request.relation(), written.body())
                    .ifPresent(location -> request.response().getHeaders().set(HttpHeaders.LOCATION, location));
        }
        return answer(request, query, HttpStatus.CREATED, "*/" + total, written);
    }

    private static Mono<Void> changed(DataRequest request, WriteQuery query, Written written) {
        var total = query.preferences().counted() ? Long.toString(written.rows()) : "*";
        var range = written.rows() == 0 ? "*" : "0-" + (written.rows() - 1);
        var status = returnsRows(query) ? HttpStatus.OK : HttpStatus.NO_CONTENT;
        return answer(request, query, status, range + "/" + total, written);
    }

    private static Mono<Void> answer(
            DataRequest request, WriteQuery query, HttpStatus status, String range, Written written) {
        var response = request.response();
        response.setStatusCode(status);
        response.getHeaders().set("Content-Range", range);
        request.apply(query.preferences().applied());
        if (!returnsRows(query)) {
            response.getHeaders().setContentLength(0);
            return response.setComplete();
        }
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(written.body().length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(written.body())));
    }

    private static boolean returnsRows(WriteQuery query) {
        return query.preferences().returning() == Preferences.Returning.REPRESENTATION;
    }

    private static Mono<byte[]> body(DataRequest request) {
        var type = request.headers().getContentType();
        if (type != null && !MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
            return Mono.error(
                    () -> Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body's media type is not understood here")
                            .withCode("PGRST102")
                            .withHeader(HttpHeaders.ACCEPT, "application/json, application/x-ndjson, text/csv"));
        }
        return DataBufferUtils.join(request.exchange().getRequest().getBody())
                .map(Writes::bytes)
                .defaultIfEmpty(NOTHING);
    }

    private static byte[] bytes(DataBuffer body) {
        var bytes = new byte[body.readableByteCount()];
        body.read(bytes);
        DataBufferUtils.release(body);
        return bytes;
    }
}
