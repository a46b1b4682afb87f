package dev.rowhouse.app.inner;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/** A request that differs from the client's in what it was given here; what it was not given is the client's. */
public final class InnerRequest {

    private final ServerWebExchange outer;
    private HttpMethod method;
    private URI url;
    private HttpHeaders headers;
    private Flux<DataBuffer> body;

    private InnerRequest(ServerWebExchange outer) {
        var request = outer.getRequest();
        this.outer = outer;
        this.method = request.getMethod();
        this.url = request.getURI();
        this.headers = new HttpHeaders();
        this.headers.putAll(request.getHeaders());
        this.body = request.getBody();
    }

    public static InnerRequest of(ServerWebExchange outer) {
        return new InnerRequest(outer);
    }

    public InnerRequest method(HttpMethod other) {
        method = other;
        return this;
    }

    /** @param rawQuery encoded; null for none */
    public InnerRequest query(@Nullable String rawQuery) {
        return address(url.getRawPath(), rawQuery);
    }

    /** Takes a path and query of the same server, encoded. */
    public InnerRequest address(String rawPath, @Nullable String rawQuery) {
        var port = url.getPort() < 0 ? "" : ":" + url.getPort();
        var query = rawQuery == null || rawQuery.isEmpty() ? "" : "?" + rawQuery;
        url = URI.create(url.getScheme() + "://" + url.getHost() + port + rawPath + query);
        return this;
    }

    /** Sets a header, or takes it away. */
    public InnerRequest header(String name, @Nullable String value) {
        if (value == null) {
            headers.remove(name);
        } else {
            headers.set(name, value);
        }
        return this;
    }

    /** Sets a header in front of those of its name. */
    public InnerRequest alsoHeader(String name, String value) {
        var values = new ArrayList<>(List.of(value));
        values.addAll(headers.getOrEmpty(name));
        headers.put(name, values);
        return this;
    }

    /** Takes all headers away. */
    public InnerRequest bare() {
        headers = new HttpHeaders();
        return this;
    }

    /** Takes a body that can be read any number of times. */
    public InnerRequest body(byte[] bytes) {
        headers.remove(HttpHeaders.TRANSFER_ENCODING);
        headers.setContentLength(bytes.length);
        body = bytes.length == 0
                ? Flux.empty()
                : Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(bytes)));
        return this;
    }

    /** Takes a body that can be read once. */
    public InnerRequest body(Flux<DataBuffer> stream) {
        body = stream;
        return this;
    }

    /** Returns the exchange whose answer goes into {@code held}. */
    public ServerWebExchange into(HeldResponse held) {
        return outer.mutate().request(request()).response(held).build();
    }

    private ServerHttpRequest request() {
        var asked = new Asked(method, url, HttpHeaders.readOnlyHttpHeaders(headers), body);
        return new Made(outer.getRequest(), asked);
    }

    private record Asked(HttpMethod method, URI url, HttpHeaders headers, Flux<DataBuffer> body) {}

    private static final class Made extends ServerHttpRequestDecorator {

        private final Asked asked;

        Made(ServerHttpRequest outer, Asked asked) {
            super(outer);
            this.asked = asked;
        }

        @Override
        public HttpMethod getMethod() {
            return asked.method();
        }

        @Override
        public URI getURI() {
            return asked.url();
        }

        @Override
        public HttpHeaders getHeaders() {
            return asked.headers();
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return asked.body();
        }
    }
}
