package dev.rowhouse.app.data;

import dev.rowhouse.app.data.body.CsvBody;
import dev.rowhouse.app.data.body.FormBody;
import dev.rowhouse.app.data.body.NdjsonBody;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.catalog.Relation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Takes the bodies of writes, in whichever media type they come. */
final class Bodies {

    static final MediaType CSV = MediaType.parseMediaType("text/csv");
    static final MediaType NDJSON = MediaType.parseMediaType("application/x-ndjson");

    private static final int LARGEST = 10 * 1024 * 1024;
    private static final int LONG = 32 * 1024;
    private static final int AHEAD = 2;
    private static final byte[] NOTHING = {};
    private static final String READABLE =
            "application/json, text/csv, application/x-ndjson, application/x-www-form-urlencoded";

    private Bodies() {}

    /** Returns the rows of a body that is small enough to be held, as JSON. */
    static Mono<byte[]> read(DataRequest request, Relation relation) {
        var type = request.headers().getContentType();
        if (isOf(type, MediaType.APPLICATION_JSON) || type == null) {
            return whole(request);
        }
        if (isOf(type, CSV)) {
            return whole(request).map(body -> CsvBody.json(body, relation));
        }
        if (isOf(type, NDJSON)) {
            return whole(request).map(NdjsonBody::json);
        }
        if (isOf(type, MediaType.APPLICATION_FORM_URLENCODED)) {
            return whole(request).map(body -> FormBody.json(Parameters.of(new String(body, StandardCharsets.UTF_8))));
        }
        return Mono.error(
                () -> Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body's media type is not understood here")
                        .withCode("PGRST107")
                        .withHeader(HttpHeaders.ACCEPT, READABLE));
    }

    /** Says whether rows may come one by one, in a body of any size. */
    static boolean isStream(HttpHeaders headers) {
        var type = headers.getContentType();
        return isOf(type, CSV) || isOf(type, NDJSON);
    }

    /** Returns the pieces of a body of any size as they arrive, off the event loop: what is made of them takes a while. */
    static Flux<byte[]> pieces(DataRequest request) {
        return request.exchange().getRequest().getBody().map(Bodies::bytes).publishOn(Schedulers.parallel(), AHEAD);
    }

    static boolean isOf(@Nullable MediaType type, MediaType wanted) {
        return type != null && wanted.equalsTypeAndSubtype(type);
    }

    /** Returns the request's body, as it is. */
    static Mono<byte[]> whole(DataRequest request) {
        return whole(request.exchange().getRequest());
    }

    /** Returns a body that is small enough to be held, as it is. */
    static Mono<byte[]> whole(ServerHttpRequest request) {
        return DataBufferUtils.join(request.getBody(), LARGEST)
                .map(Bodies::bytes)
                .defaultIfEmpty(NOTHING)
                .flatMap(Bodies::offTheLoop);
    }

    // Whoever shares an event loop with a long body would wait until it is read.
    private static Mono<byte[]> offTheLoop(byte[] body) {
        var known = Mono.just(body);
        return body.length < LONG ? known : known.publishOn(Schedulers.parallel());
    }

    private static byte[] bytes(DataBuffer body) {
        var bytes = new byte[body.readableByteCount()];
        body.read(bytes);
        DataBufferUtils.release(body);
        return bytes;
    }
}
