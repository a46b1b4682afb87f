package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.CallPlan;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.Routine.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Sends what a function returned, in the way the client takes it, with the status and headers the function asked for. */
record CallAnswer(DataRequest request, CallPlan plan, Representation representation) {

    private static final List<Representation> OF_VALUES = List.of(
            Representation.JSON,
            Representation.LINES,
            Representation.OBJECT,
            Representation.OBJECT_STRIPPED,
            Representation.JSON_STRIPPED);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    /** Returns how the client takes the result; a problem (406) if in no way that there is. */
    static Representation representation(DataRequest request, CallPlan plan) {
        var own = plan.mediaType();
        if (own != null) {
            var type = MediaType.parseMediaType(own);
            var raw = Representation.raw(type.isWildcardType() ? MediaType.APPLICATION_OCTET_STREAM : inUtf8(type));
            return type.isWildcardType() ? raw : Accept.of(request.headers(), List.of(raw));
        }
        return Accept.of(request.headers(), plan.rows() == null ? OF_VALUES : Representation.OF_ROWS);
    }

    private static MediaType inUtf8(MediaType type) {
        return type.getType().equals("text") && type.getCharset() == null
                ? new MediaType(type, StandardCharsets.UTF_8)
                : type;
    }

    Mono<Void> send(Flux<ByteBuf> headAndResults) {
        return plan.isSet()
                ? headAndResults
                        .switchOnFirst((head, all) -> head.hasValue() ? many(head.get(), all) : all.then())
                        .then()
                : headAndResults.map(CallAnswer::bytes).collectList().flatMap(this::one);
    }

    private Publisher<Void> many(@Nullable ByteBuf first, Flux<ByteBuf> headAndRows) {
        var head = first == null ? NOTHING : ByteBufUtil.getBytes(first);
        var rows = headAndRows.<ByteBuf>handle((row, sink) -> passUnless(row == first, row, sink));
        var answer = new RowsAnswer(request, representation, plan.page());
        return Mono.defer(() -> {
            var settings = ResponseSettings.of(head);
            settings.applyTo(request.response());
            if (settings.isBodiless()) {
                return rows.doOnNext(ByteBuf::release).then(request.response().setComplete());
            }
            var total = ResponseSettings.total(head);
            return request.method().equals("HEAD")
                    ? rows.doOnNext(ByteBuf::release).count().flatMap(count -> answer.sendHead(count, total))
                    : answer.send(rows, total);
        });
    }

    private static void passUnless(boolean isHead, ByteBuf row, SynchronousSink<ByteBuf> sink) {
        if (isHead) {
            row.release();
        } else {
            sink.next(row);
        }
    }

    private Mono<Void> one(List<byte[]> headAndResult) {
        var response = request.response();
        var head = headAndResult.getFirst();
        var settings = ResponseSettings.of(head);
        settings.applyTo(response);
        request.ended("transaction");
        request.tellTiming();
        if (plan.function().result() == Result.VOID || settings.isBodiless()) {
            response.setStatusCode(HttpStatus.NO_CONTENT);
            return response.setComplete();
        }
        var body = headAndResult.size() > 1 ? result(headAndResult.getLast()) : absent();
        var total = ResponseSettings.total(head);
        response.getHeaders().setContentType(representation.mediaType());
        response.getHeaders().setContentLength(body.length);
        response.getHeaders().set("Range-Unit", "items");
        response.getHeaders().set(Ranges.CONTENT_RANGE, Ranges.of(0, 1L, total == null ? null : total.rows()));
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private byte[] result(byte[] body) {
        return isBinary() ? HexFormat.of().parseHex(new String(body, StandardCharsets.US_ASCII)) : body;
    }

    private byte[] absent() {
        return plan.mediaType() == null ? NULL : NOTHING;
    }

    private boolean isBinary() {
        return plan.mediaType() != null && plan.function().returns().category() == Category.BINARY;
    }

    private static byte[] bytes(ByteBuf part) {
        try {
            return ByteBufUtil.getBytes(part);
        } finally {
            part.release();
        }
    }
}
