package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.Page;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends rows as the client takes them: they go from the database's connection to the client's as they are.
 *
 * <p>What fits one chunk goes out with its length in a single write; what does not is streamed as fast as the client takes
 * it. An error before the first chunk is a problem, after it the connection ends.
 *
 * @param page of the rows, with the client's limit and the offset of the first row
 */
record RowsAnswer(DataRequest request, Representation representation, Page page) {

    // Common clients give up on an answer whose headers are longer than 8 or 16 KiB.
    private static final int LONGEST_LOCATION = 2_000;

    private interface Chunking {
        Flux<Chunk> of(Flux<ByteBuf> rows, ByteBufAllocator allocator, Layout layout);
    }

    /** Tells where what is answered stands, in the canonical spelling of its address. */
    static void locate(DataRequest request) {
        var location = Parameters.canonical(request.exchange().getRequest().getURI());
        if (location.length() <= LONGEST_LOCATION) {
            request.response().getHeaders().set(HttpHeaders.CONTENT_LOCATION, location);
        }
    }

    /** @param total null where nobody asked for it */
    Mono<Void> send(Flux<ByteBuf> rows, @Nullable Total total) {
        if (isBehind(total)) {
            return rows.doOnNext(ByteBuf::release).then(refused(total));
        }
        return representation.isSingular() ? sendOne(rows, total) : sendMany(rows, total);
    }

    /**
     * Sends values of which each is many rows, parted as the layout parts them. How many rows there are nobody knows but the
     * client, when it has them.
     */
    Mono<Void> sendParts(Flux<ByteBuf> parts, @Nullable Total total) {
        return send(parts, total, RowChunks::ofParts);
    }

    /** Answers without a body, as if there were {@code rows} in it. */
    Mono<Void> sendHead(long rows, @Nullable Total total) {
        if (isBehind(total)) {
            return refused(total);
        }
        if (representation.isSingular() && rows != 1) {
            return Mono.error(() -> Representation.notOne(rows));
        }
        return Mono.defer(() -> {
            describe(rows, total);
            return request.response().setComplete();
        });
    }

    private boolean isBehind(@Nullable Total total) {
        return total != null && total.exact() && page.offset() > total.rows();
    }

    private Mono<Void> refused(@Nullable Total total) {
        return Mono.error(() -> Ranges.behind(page.offset(), total == null ? 0 : total.rows()));
    }

    private Mono<Void> sendOne(Flux<ByteBuf> rows, @Nullable Total total) {
        return rows.collect(OneRow::new, OneRow::add).flatMap(row -> {
            if (row.rows() != 1) {
                return Mono.error(Representation.notOne(row.rows()));
            }
            var response = request.response();
            describe(1L, total);
            response.getHeaders().setContentLength(row.first().length);
            return response.writeWith(
                    Mono.fromSupplier(() -> response.bufferFactory().wrap(row.first())));
        });
    }

    private Mono<Void> sendMany(Flux<ByteBuf> rows, @Nullable Total total) {
        return send(rows, total, RowChunks::of);
    }

    private Mono<Void> send(Flux<ByteBuf> rows, @Nullable Total total, Chunking chunking) {
        var buffers = (NettyDataBufferFactory) request.response().bufferFactory();
        return chunking.of(rows, buffers.getByteBufAllocator(), representation.layout())
                .switchOnFirst((first, chunks) -> {
                    var chunk = first.get();
                    return chunk == null ? chunks.then() : send(chunk, chunks, buffers, total);
                })
                .doOnDiscard(Chunk.class, Chunk::release)
                .then();
    }

    private Publisher<Void> send(
            Chunk first, Flux<Chunk> chunks, NettyDataBufferFactory buffers, @Nullable Total total) {
        var response = request.response();
        if (!first.last()) {
            describe(null, total);
            return response.writeWith(chunks.map(chunk -> buffers.wrap(chunk.bytes())));
        }
        describe(first.rows(), total);
        response.getHeaders().setContentLength(first.bytes().readableBytes());
        return response.writeWith(chunks.singleOrEmpty().map(chunk -> buffers.wrap(chunk.bytes())));
    }

    /** @param rows in the answer; null where they are still to be counted */
    private void describe(@Nullable Long rows, @Nullable Total total) {
        var response = request.response();
        var headers = response.getHeaders();
        headers.setContentType(representation.mediaType());
        headers.set("Range-Unit", "items");
        request.ended("transaction");
        request.tellTiming();
        if (total == null) {
            if (rows != null) {
                headers.set(Ranges.CONTENT_RANGE, Ranges.of(page.offset(), rows, null));
            }
            return;
        }
        var present = rows == null && total.exact()
                ? Long.valueOf(Math.min(page.limit(Integer.MAX_VALUE), total.rows() - page.offset()))
                : rows;
        var roomy = present == null ? total : total.atLeast(page.offset(), present);
        headers.set(Ranges.CONTENT_RANGE, Ranges.of(page.offset(), present, roomy.rows()));
        var whole = page.equals(Page.ALL) || present != null && present >= roomy.rows();
        response.setStatusCode(whole ? HttpStatus.OK : HttpStatus.PARTIAL_CONTENT);
    }
}
