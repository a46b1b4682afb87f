package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * Answers reads: the rows go from the database's connection to the client's as they are.
 *
 * <p>What fits one chunk goes out with its length in a single write; what does not is streamed as fast as the client takes
 * it. An error before the first chunk is a problem, after it the connection ends.
 */
final class Reads {

    private static final String CONTENT_RANGE = "Content-Range";

    /** What is known of an answer before its first row; the total only if it was asked for. */
    private record Shape(Layout layout, Page page, @Nullable Long total) {}

    private final TenantDatabase database;

    Reads(TenantDatabase database) {
        this.database = database;
    }

    Mono<Void> answer(DataRequest request) {
        var layout = Layout.acceptedBy(request.headers());
        var query = QueryParser.read(request.relation(), request.parameters(), request.prefer());
        var plan = Planner.read(query, request.catalog(), request.callerClass());
        var house = request.house();
        var rows = database.read(house, request.caller(), SqlWriter.read(plan, house.schema(), request.role()));
        request.apply(query.preferences().applied());
        var response = request.response();
        var sent = plan.counted()
                ? rows.switchOnFirst((head, all) -> head.hasValue()
                        ? counted(response, head.get(), all, new Shape(layout, plan.page(), total(head.get())))
                        : all.then())
                : send(response, rows, new Shape(layout, plan.page(), null));
        return sent.doOnDiscard(Chunk.class, Chunk::release).then();
    }

    private static Publisher<Void> counted(
            ServerHttpResponse response, @Nullable ByteBuf head, Flux<ByteBuf> headAndRows, Shape shape) {
        var offset = shape.page().offset();
        var total = shape.total();
        return total == null || offset <= total
                ? send(response, headAndRows.handle((row, sink) -> passUnless(row == head, row, sink)), shape)
                : headAndRows.doOnNext(ReferenceCountUtil::safeRelease).then(Mono.error(() -> behind(offset, total)));
    }

    private static void passUnless(boolean isHead, ByteBuf row, SynchronousSink<ByteBuf> sink) {
        if (isHead) {
            row.release();
        } else {
            sink.next(row);
        }
    }

    private static Problem behind(long offset, long total) {
        return Problem.of(
                        ProblemType.RANGE_NOT_SATISFIABLE,
                        "an offset of " + offset + " lies behind the last of " + total + " rows")
                .withCode("PGRST103")
                .withHeader(CONTENT_RANGE, "*/" + total);
    }

    private static Flux<Void> send(ServerHttpResponse response, Flux<ByteBuf> rows, Shape shape) {
        var buffers = (NettyDataBufferFactory) response.bufferFactory();
        return RowChunks.of(rows, buffers.getByteBufAllocator(), shape.layout()).switchOnFirst((first, chunks) -> {
            var chunk = first.get();
            return chunk == null ? chunks.then() : send(response, chunk, chunks, buffers, shape);
        });
    }

    private static Publisher<Void> send(
            ServerHttpResponse response, Chunk first, Flux<Chunk> chunks, NettyDataBufferFactory buffers, Shape shape) {
        var headers = response.getHeaders();
        headers.setContentType(shape.layout().mediaType());
        if (!first.last()) {
            describe(response, shape, null);
            return response.writeWith(chunks.map(chunk -> buffers.wrap(chunk.bytes())));
        }
        describe(response, shape, first.rows());
        headers.setContentLength(first.bytes().readableBytes());
        return response.writeWith(chunks.singleOrEmpty().map(chunk -> buffers.wrap(chunk.bytes())));
    }

    /** @param rows in the answer; null where they are still to be counted */
    private static void describe(ServerHttpResponse response, Shape shape, @Nullable Long rows) {
        var headers = response.getHeaders();
        var offset = shape.page().offset();
        var total = shape.total();
        headers.set("Range-Unit", "items");
        if (total == null) {
            if (rows != null) {
                headers.set(CONTENT_RANGE, range(offset, rows) + "/*");
            }
            return;
        }
        var present = rows == null ? Math.min(shape.page().limit(Page.LARGEST), total - offset) : rows;
        headers.set(CONTENT_RANGE, range(offset, present) + "/" + total);
        response.setStatusCode(present < total ? HttpStatus.PARTIAL_CONTENT : HttpStatus.OK);
    }

    private static String range(long offset, long rows) {
        return rows == 0 ? "*" : offset + "-" + (offset + rows - 1);
    }

    // The head is {"total" : 3503}, written by our own statement: its only digits are the number.
    private static long total(@Nullable ByteBuf head) {
        var text = head == null ? "" : head.toString(StandardCharsets.US_ASCII);
        return Long.parseLong(text.replaceAll("\\D", ""));
    }
}
