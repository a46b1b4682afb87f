package dev.rowhouse.app.edge;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.io.IOException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.channel.AbortedException;

/**
 * A request whose body ends with a problem as soon as it outgrows its limit, whatever length it had announced; and also when
 * its client leaves in the middle of it, which is no fault of ours.
 */
final class BoundedBody extends ServerHttpRequestDecorator {

    static final long ANY_LENGTH = Long.MAX_VALUE;

    private final long limit;
    private long received;

    BoundedBody(ServerHttpRequest request, long limit) {
        super(request);
        this.limit = limit;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return super.getBody()
                .onErrorMap(BoundedBody::isEndOfConnection, BoundedBody::cutOff)
                .handle(this::passOrRefuse);
    }

    static Problem tooLarge(long limit) {
        return Problem.of(ProblemType.BODY_TOO_LARGE, "the body is larger than " + limit + " bytes")
                .withHeader(HttpHeaders.CONNECTION, "close");
    }

    // Told apart here, where nothing but the client's own connection can fail.
    private static boolean isEndOfConnection(Throwable error) {
        return error instanceof AbortedException || error instanceof IOException;
    }

    private static Problem cutOff(Throwable end) {
        return Problem.of(ProblemType.INVALID_REQUEST, "the connection ended before the body did");
    }

    // A request's body is received once and in order, so a field counts it.
    private void passOrRefuse(DataBuffer part, SynchronousSink<DataBuffer> sink) {
        received += part.readableByteCount();
        if (received > limit) {
            DataBufferUtils.release(part);
            sink.error(tooLarge(limit));
        } else {
            sink.next(part);
        }
    }
}
