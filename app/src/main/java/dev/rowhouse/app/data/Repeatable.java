package dev.rowhouse.app.data;

import dev.rowhouse.app.data.AnswerCache.Question;
import dev.rowhouse.app.data.limits.Use;
import dev.rowhouse.app.edge.RecentAnswers;
import dev.rowhouse.app.edge.RecentAnswers.Again;
import dev.rowhouse.app.edge.RecentAnswers.Answer;
import dev.rowhouse.app.inner.HeldResponse;
import dev.rowhouse.platform.cache.Found;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * A request that may come again, the same to the letter, and be answered with the same bytes as long as the cache holds the
 * very parts that they were made of: then there is nothing to parse, to plan or to render.
 *
 * <p>What is asked each time is what could have changed: whether anything has become known of the tenant, whether the
 * caller's rates reach, and whether the parts are still good enough. Everything else follows from the request's own text,
 * which names the tenant and shows the key.
 */
record Repeatable(
        String asked, Admitted admitted, Use use, Turnstile turnstile, AnswerCache cache, RecentAnswers recent) {

    private static final int LARGEST = 16 * 1024;
    private static final int BYTES_OF_HEADER = 128;

    // Of each answer its own, and how the first one would have been sent without its length.
    private static final Set<String> OWN =
            ignoringCase("traceparent", "X-Request-Id", "RateLimit", "RateLimit-Policy", "Transfer-Encoding");
    private static final String CONTENT_LENGTH = "Content-Length";

    /** Returns the request as one that may come again, or null. */
    static @Nullable Repeatable of(
            ServerHttpRequest request,
            Admitted admitted,
            Use use,
            Turnstile turnstile,
            AnswerCache cache,
            RecentAnswers recent) {
        // A user's token ends at a time of its own.
        if (Credentials.of(request.getHeaders()).token() != null) {
            return null;
        }
        var whole = ServerHttpRequestDecorator.<HttpServerRequest>getNativeRequest(request);
        var asked = RecentAnswers.question(whole.method().name(), whole.version(), whole.uri(), whole.requestHeaders());
        return asked == null ? null : new Repeatable(asked, admitted, use, turnstile, cache, recent);
    }

    /**
     * Answers the request and remembers how.
     *
     * @param found in memory
     * @param answer answers the same request in another exchange
     */
    Mono<Void> answer(DataRequest request, Question question, Found found, Function<DataRequest, Mono<Void>> answer) {
        var size = found.parts().stream().mapToInt(part -> part.length).sum();
        if (size > LARGEST) {
            return answer.apply(request);
        }
        var held = new HeldResponse();
        var exchange = request.exchange().mutate().response(held).build();
        return answer.apply(request.in(exchange)).then(Mono.defer(() -> {
            var whole = held.answer();
            var response = request.response();
            // Behind those who have a say in its headers until then.
            response.beforeCommit(
                    () -> Mono.fromRunnable(() -> remember(question, found.parts(), response, whole.body())));
            return whole.send(response);
        }));
    }

    private void remember(Question question, List<byte[]> parts, ServerHttpResponse response, byte[] body) {
        var status = response.getStatusCode();
        if (status == null || !status.is2xxSuccessful()) {
            return;
        }
        var headers = new DefaultHttpHeaders();
        response.getHeaders().forEach((name, values) -> {
            if (!OWN.contains(name)) {
                headers.add(name, values);
            }
        });
        headers.set(CONTENT_LENGTH, body.length);
        recent.remember(
                asked, new Same(this, question, parts, HttpResponseStatus.valueOf(status.value()), headers, body));
    }

    private static Set<String> ignoringCase(String... names) {
        var all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(List.of(names));
        return all;
    }

    private record Same(
            Repeatable request,
            Question question,
            List<byte[]> parts,
            HttpResponseStatus status,
            HttpHeaders headers,
            byte[] body)
            implements Again {

        // The very same parts: equal ones would have to be compared.
        @Override
        public @Nullable Answer answer() {
            if (request.cache().held(question) != parts) {
                return null;
            }
            var admitted = request.admitted();
            var limits = request.turnstile().passAgain(admitted, request.use());
            if (limits == null) {
                return null;
            }
            request.cache().answeredFromMemory(parts);
            var all = headers.copy();
            limits.forEach(all::add);
            var response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body), all, EmptyHttpHeaders.INSTANCE);
            var tenant = admitted.resident().tenant();
            return new Answer(
                    response,
                    tenant.id(),
                    admitted.planName(),
                    request.use().route().route());
        }

        @Override
        public int bytes() {
            var held = parts.stream().mapToInt(part -> part.length).sum();
            return body.length + held + BYTES_OF_HEADER * headers.size();
        }
    }
}
