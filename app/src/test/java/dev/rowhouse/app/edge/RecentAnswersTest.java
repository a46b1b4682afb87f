package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.edge.RecentAnswers.Again;
import dev.rowhouse.app.edge.RecentAnswers.Answer;
import dev.rowhouse.app.telemetry.EndedRequests;
import dev.rowhouse.app.telemetry.RequestMeters;
import dev.rowhouse.app.telemetry.Route;
import dev.rowhouse.platform.tracing.Tracing;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.insight.ActivityMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests are the same to the letter, and what is asked before they are answered again. */
class RecentAnswersTest {

    private static final String URL = "/t/acme/rest/v1/item?id=eq.1";

    private final RecentAnswers recent = new RecentAnswers();
    private final LastAnswers last = new LastAnswers();
    private final AnswersAgain again = new AnswersAgain(
            recent,
            new TraceFilter(Tracing.off()),
            last,
            new EndedRequests(
                    new RequestMeters(new SimpleMeterRegistry()), new ActivityMeter(null, Clock.systemUTC())));
    private boolean holds = true;

    private static HttpRequest request(String method, String url, String... headers) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), url);
        request.headers().set("Host", "localhost").set("apikey", "key");
        for (var at = 0; at < headers.length; at += 2) {
            request.headers().add(headers[at], headers[at + 1]);
        }
        return request;
    }

    private static String question(HttpRequest request) {
        return RecentAnswers.question(
                request.method().name(), request.protocolVersion(), request.uri(), request.headers());
    }

    private void remember() {
        recent.remember(question(request("GET", URL)), new Again() {
            @Override
            public @Nullable Answer answer() {
                var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                return holds ? new Answer(response, new TenantId(new UUID(0, 1)), "standard", Route.READ) : null;
            }

            @Override
            public int bytes() {
                return 0;
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "User-Agent, curl",
        "Accept-Encoding, gzip",
        "Accept-Language, de",
        "traceparent, 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate, a=b",
        "X-Request-Id, mine",
        "X-Forwarded-For, 10.0.0.1",
        "Connection, keep-alive"
    })
    void whatChangesNoAnswerIsNoPartOfTheQuestion(String header, String value) {
        remember();

        assertThat(again.of(request("GET", URL, header, value))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "apikey, other",
        "Authorization, Bearer other",
        "Accept, text/csv",
        "Prefer, count=exact",
        "Range, 0-1",
        "If-None-Match, *",
        "Origin, https://example.com",
        "X-Forwarded-Host, other",
        "Host, other"
    })
    void everyOtherHeaderIs(String header, String value) {
        remember();

        assertThat(again.of(request("GET", URL, header, value))).isNull();
        assertThat(again.of(request("GET", URL))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length, 3",
        "Transfer-Encoding, chunked",
        "Connection, close",
        "Expect, 100-continue",
        "Upgrade, h2c"
    })
    void whatHasSomethingOfItsOwnIsNoQuestion(String header, String value) {
        assertThat(question(request("GET", URL, header, value))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, /t/acme/rest/v1/item?id=eq.1",
        "DELETE, /t/acme/rest/v1/item?id=eq.1",
        "GET, /t/acme/rest/v1/item?id=eq.2",
        "GET, /t/other/rest/v1/item?id=eq.1"
    })
    void anotherMethodOrAddressIsAnother(String method, String url) {
        remember();

        assertThat(again.of(request(method, url))).isNull();
    }

    @Test
    void moreHeadersThanAllowedAreNoQuestion() {
        remember();

        assertThat(again.of(request("GET", URL, "User-Agent", "a".repeat(20_000))))
                .isNull();
        var many = request("GET", URL);
        for (var header = 0; header < 100; header++) {
            many.headers().add("X-Request-Id", "mine");
        }
        assertThat(again.of(many)).isNull();
        assertThat(again.of(request("GET", URL, "User-Agent", "a".repeat(10_000))))
                .isNotNull();
    }

    @Test
    void whoAnsweredIsAskedEachTime() {
        remember();
        assertThat(again.of(request("GET", URL))).isNotNull();
        holds = false;
        assertThat(again.of(request("GET", URL))).isNull();
    }

    @Test
    void anAnswerHasTheIdsOfItsRequest() {
        remember();

        var answer = again.of(request("GET", URL, "X-Request-Id", "mine"));

        assertThat(answer.headers().get("X-Request-Id")).isEqualTo("mine");
        assertThat(answer.headers().get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }

    @Test
    void whatClosesItsConnectionIsNotAnsweredHere() {
        remember();
        last.begin();

        assertThat(again.of(request("GET", URL))).isNull();
    }
}
