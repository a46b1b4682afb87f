package dev.rowhouse.app.edge;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemRenderer;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** Answers of those who answer before any filter does, with what the filters would have added. */
final class ProblemResponses {

    private final ProblemRenderer renderer;

    ProblemResponses(ProblemRenderer renderer) {
        this.renderer = renderer;
    }

    /**
     * @param traceparent of the request
     * @param requestId of the request
     */
    FullHttpResponse of(Problem problem, @Nullable String traceparent, @Nullable String requestId) {
        var trace = TraceFilter.traceparent(traceparent);
        var document = renderer.document(problem, trace);
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(document));
        var headers = response.headers();
        headers.set(TraceFilter.TRACEPARENT, trace)
                .set(TraceFilter.REQUEST_ID, TraceFilter.requestId(requestId))
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .set(HttpHeaders.CACHE_CONTROL, "no-store")
                .set(HttpHeaders.CONTENT_LENGTH, document.length);
        problem.headers().forEach(headers::set);
        return response;
    }
}
