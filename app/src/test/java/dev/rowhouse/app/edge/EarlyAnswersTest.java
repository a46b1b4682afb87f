package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemRenderer;
import dev.rowhouse.app.problem.ProblemType;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import tools.jackson.databind.json.JsonMapper;

/** Which requests are refused, or answered, before anything is made of them, and what they are told. */
class EarlyAnswersTest {

    private static final String PATH = "/t/acme/rest/v1/item";
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final RecentRefusals recent = new RecentRefusals();
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new EarlyAnswers(recent, new ProblemResponses(new ProblemRenderer(new JsonMapper())), _ -> this.answer));
    private boolean reached = true;
    private FullHttpResponse answer;

    {
        recent.remember(
                MockServerHttpRequest.get(PATH + "?id=eq.1")
                        .header("Host", "localhost")
                        .header("apikey", "key")
                        .build(),
                () -> reached
                        ? Problem.of(ProblemType.RATE_LIMITED, "too many requests")
                                .retryAfter(1)
                        : null);
    }

    private static DefaultHttpRequest request(String method, String uri, String key) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), uri);
        request.headers().set("Host", "localhost").set("apikey", key);
        return request;
    }

    private boolean isRefused(DefaultHttpRequest request) {
        channel.writeInbound(request, LastHttpContent.EMPTY_LAST_CONTENT);
        FullHttpResponse refusal = channel.readOutbound();
        if (refusal != null) {
            refusal.release();
            assertThat(channel.<Object>readInbound()).isNull();
            return true;
        }
        assertThat(channel.<Object>readInbound()).isSameAs(request);
        assertThat(channel.<Object>readInbound()).isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
        return false;
    }

    @Test
    void aRefusalIsAWholeAnswer() {
        var request = request("GET", PATH, "key");
        request.headers().set("traceparent", TRACE).set("X-Request-Id", "mine");
        channel.writeInbound(request, LastHttpContent.EMPTY_LAST_CONTENT);

        FullHttpResponse refusal = channel.readOutbound();
        assertThat(refusal.status().code()).isEqualTo(429);
        var headers = refusal.headers();
        assertThat(headers.get("Retry-After")).isEqualTo("1");
        assertThat(headers.get("X-Request-Id")).isEqualTo("mine");
        assertThat(headers.get("traceparent")).startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-");
        assertThat(headers.get("Content-Type")).isEqualTo("application/problem+json");
        assertThat(headers.get("Cache-Control")).isEqualTo("no-store");
        assertThat(headers.getInt("Content-Length")).isEqualTo(refusal.content().readableBytes());
        assertThat(refusal.content().toString(StandardCharsets.UTF_8))
                .contains("\"code\":\"rate_limited\"", "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"");
        refusal.release();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /t/acme/rest/v1/item, key, true",
        "GET, /t/acme/rest/v1/item?id=eq.7, key, true",
        "GET, /t/acme/rest/v1/other, key, false",
        "GET, /t/other/rest/v1/item, key, false",
        "GET, /t/acme/rest/v1/item, stranger, false",
        "DELETE, /t/acme/rest/v1/item, key, false",
        "HEAD, /t/acme/rest/v1/item, key, false"
    })
    void whoAsksTheSameIsRefused(String method, String uri, String key, boolean refused) {
        assertThat(isRefused(request(method, uri, key))).isEqualTo(refused);
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length, 3",
        "Transfer-Encoding, chunked",
        "Connection, close",
        "Origin, https://example.com",
        "Expect, 100-continue",
        "Authorization, Bearer other",
        "Accept, text/csv"
    })
    void whatIsNotTheSameOrNotSimpleGoesOn(String header, String value) {
        var request = request("GET", PATH, "key");
        request.headers().set(header, value);
        assertThat(isRefused(request)).isFalse();
    }

    @Test
    void nobodyIsRefusedOnceTheLimitIsNotReached() {
        assertThat(isRefused(request("GET", PATH, "key"))).isTrue();
        reached = false;
        assertThat(isRefused(request("GET", PATH, "key"))).isFalse();
    }

    @Test
    void answersKeepTheirOrder() {
        assertThat(isRefused(request("GET", "/t/acme/rest/v1/other", "key"))).isFalse();
        assertThat(isRefused(request("GET", PATH, "key")))
                .as("another is under way")
                .isFalse();
        for (int answer = 0; answer < 2; answer++) {
            channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        }
        channel.releaseOutbound();
        assertThat(isRefused(request("GET", PATH, "key"))).isTrue();
    }

    @Test
    void anAnswerIsGivenOnceNothingIsUnderWay() {
        channel.writeInbound(request("POST", "/t/acme/rest/v1/other", "key"), LastHttpContent.EMPTY_LAST_CONTENT);
        answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        channel.writeInbound(request("GET", "/t/acme/rest/v1/kept", "key"), LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(channel.<Object>readOutbound()).as("another is under way").isNull();
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CREATED));
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.releaseOutbound();

        channel.writeInbound(request("GET", "/t/acme/rest/v1/kept", "key"), LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(channel.<Object>readOutbound()).isSameAs(answer);
    }
}
