package dev.rowhouse.app.edge;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Refuses what is larger than stated, before anything is parsed; a body also while it arrives in chunks. */
@Order(2)
public final class LimitsFilter implements WebFilter {

    static final int MAX_URL = 16 * 1024;
    static final int MAX_HEADERS_SIZE = 16 * 1024;
    static final int MAX_HEADERS = 100;
    static final long MAX_BODY = 10L * 1024 * 1024;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var request = exchange.getRequest();
        checkUrl(request);
        checkHeaders(ServerHttpRequestDecorator.<HttpServerRequest>getNativeRequest(request)
                .requestHeaders());
        if (!hasBody(request.getHeaders())) {
            return chain.filter(exchange);
        }
        checkEncoding(request.getHeaders());
        checkMediaType(request.getHeaders());
        var limit = isStreamingImport(request) ? BoundedBody.ANY_LENGTH : MAX_BODY;
        if (request.getHeaders().getContentLength() > limit) {
            throw BoundedBody.tooLarge(limit);
        }
        return chain.filter(
                exchange.mutate().request(new BoundedBody(request, limit)).build());
    }

    private static void checkUrl(ServerHttpRequest request) {
        var url = request.getURI();
        var query = url.getRawQuery();
        if (url.getRawPath().length() + (query == null ? 0 : query.length() + 1) > MAX_URL) {
            throw urlTooLong();
        }
    }

    static Problem urlTooLong() {
        return Problem.of(ProblemType.URL_TOO_LONG, "the URL is longer than " + MAX_URL + " bytes")
                .withHeader(HttpHeaders.CONNECTION, "close");
    }

    // On Netty's own headers: Spring's view looks each of them up by name again.
    private static void checkHeaders(io.netty.handler.codec.http.HttpHeaders headers) {
        var count = 0;
        var size = 0;
        for (var all = headers.iteratorCharSequence(); all.hasNext(); ) {
            var header = all.next();
            count++;
            size += sizeOf(header);
        }
        if (isTooMuch(count, size)) {
            throw Problem.of(
                            ProblemType.HEADERS_TOO_LARGE,
                            "the headers are " + count + " in " + size + " bytes (expected: at most " + MAX_HEADERS
                                    + " in " + MAX_HEADERS_SIZE + ")")
                    .withHeader(HttpHeaders.CONNECTION, "close");
        }
    }

    /** Returns how long the header's line is. */
    static int sizeOf(Map.Entry<CharSequence, CharSequence> header) {
        return header.getKey().length() + header.getValue().length() + 4; // ": " and the line's end
    }

    static boolean isTooMuch(int headers, int size) {
        return headers > MAX_HEADERS || size > MAX_HEADERS_SIZE;
    }

    private static boolean hasBody(HttpHeaders headers) {
        return headers.getContentLength() > 0 || headers.getFirst(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private static void checkEncoding(HttpHeaders headers) {
        var encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not understood in requests")
                    .withHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
        }
    }

    // Which types are understood is the handlers' matter; that one can be read at all, and in which charset, is not.
    private static void checkMediaType(HttpHeaders headers) {
        try {
            var type = headers.getContentType();
            var charset = type == null ? null : type.getCharset();
            if (charset != null
                    && !charset.equals(StandardCharsets.UTF_8)
                    && !charset.equals(StandardCharsets.US_ASCII)) {
                throw Problem.of(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body's charset is " + charset + " (expected: UTF-8)");
            }
        } catch (InvalidMediaTypeException e) {
            throw Problem.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type is no media type (expected: such as application/json)");
        }
    }

    // Rows that go on into COPY as they come: their number is no matter of memory.
    private static boolean isStreamingImport(ServerHttpRequest request) {
        return isStreamingImport(
                request.getURI().getRawPath(), request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE));
    }

    static boolean isStreamingImport(String path, @Nullable String type) {
        return path.contains("/rest/v1/")
                && !path.startsWith("/admin")
                && type != null
                && (type.startsWith("text/csv") || type.startsWith("application/x-ndjson"));
    }
}
