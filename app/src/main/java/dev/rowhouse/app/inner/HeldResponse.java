package dev.rowhouse.app.inner;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A response that nobody receives: what is written is held, up to a limit. */
public final class HeldResponse implements ServerHttpResponse {

    static final int LIMIT = 10 * 1024 * 1024;

    private final NettyDataBufferFactory buffers = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);
    private final HttpHeaders headers = new HttpHeaders();
    private final List<Supplier<? extends Mono<Void>>> beforeCommit = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable HttpStatusCode status;
    private boolean committed;

    /** Returns what has been written. */
    public HeldAnswer answer() {
        return new HeldAnswer(Objects.requireNonNullElse(status, HttpStatus.OK), headers, body.toByteArray());
    }

    @Override
    public boolean setStatusCode(@Nullable HttpStatusCode code) {
        status = code;
        return true;
    }

    @Override
    public @Nullable HttpStatusCode getStatusCode() {
        return status;
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public MultiValueMap<String, ResponseCookie> getCookies() {
        return new LinkedMultiValueMap<>();
    }

    @Override
    public void addCookie(ResponseCookie cookie) {
        throw new UnsupportedOperationException("the data API sets no cookies");
    }

    @Override
    public DataBufferFactory bufferFactory() {
        return buffers;
    }

    @Override
    public void beforeCommit(Supplier<? extends Mono<Void>> action) {
        beforeCommit.add(action);
    }

    @Override
    public boolean isCommitted() {
        return committed;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> written) {
        return commit().thenMany(Flux.from(written).doOnNext(this::take)).then();
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> written) {
        return writeWith(Flux.from(written).concatMap(part -> part));
    }

    @Override
    public Mono<Void> setComplete() {
        return commit();
    }

    private Mono<Void> commit() {
        return Flux.fromIterable(beforeCommit).concatMap(Supplier::get).then(Mono.fromRunnable(() -> committed = true));
    }

    private void take(DataBuffer part) {
        try {
            var bytes = new byte[part.readableByteCount()];
            part.read(bytes);
            if (body.size() + bytes.length > LIMIT) {
                throw Problem.of(ProblemType.ANSWER_TOO_LARGE, "the answer is larger than " + LIMIT + " bytes")
                        .withHint("ask for fewer rows");
            }
            body.writeBytes(bytes);
        } finally {
            DataBufferUtils.release(part);
        }
    }
}
