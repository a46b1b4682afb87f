package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What stands before every handler: ids, limits, one shape for all errors. */
class EdgeTest {

    private final RunningApp app = RunningApp.shared();
    private final WebTestClient client = app.client();

    @Test
    void anAnswerCarriesTheRequestsIds() {
        client.get()
                .uri("/nowhere")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .header("X-Request-Id", "order-7")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectHeader()
                .valueMatches("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01")
                .expectHeader()
                .valueEquals("X-Request-Id", "order-7")
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals("Cache-Control", "no-store")
                .expectBody()
                .jsonPath("$.trace_id")
                .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void anUnknownAddressIsAProblem() {
        client.get()
                .uri("/nowhere")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/not-found")
                .jsonPath("$.status")
                .isEqualTo(404)
                .jsonPath("$.code")
                .isEqualTo("not_found")
                .jsonPath("$.message")
                .exists()
                .jsonPath("$.details")
                .isEqualTo(null)
                .jsonPath("$.hint")
                .isEqualTo(null);
    }

    @Test
    void aLongUrlIs414() {
        problem(client.get().uri("/t/acme/rest/v1/item?q=" + "x".repeat(17_000)), 414);
    }

    @Test
    void largeHeadersAre431() {
        problem(client.get().uri("/t/acme/rest/v1/item").header("X-Large", "x".repeat(17_000)), 431);
    }

    @Test
    void manyHeadersAre431() {
        problem(
                client.get().uri("/t/acme/rest/v1/item").headers(headers -> {
                    for (var i = 0; i < 101; i++) {
                        headers.set("X-" + i, "1");
                    }
                }),
                431);
    }

    @Test
    void aLargeBodyIs413BeforeItIsRead() throws IOException {
        var answer = raw("POST /admin/v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningApp.OPERATOR
                + "\r\nContent-Type: application/json\r\nContent-Length: 10485761\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json");
    }

    @Test
    void aBodyThatGrowsTooLargeIs413() throws IOException {
        var tenant = app.tenant();
        var part = "10000\r\n" + "x".repeat(0x10000) + "\r\n";

        var answer = raw("POST " + tenant.path("item") + " HTTP/1.1\r\nHost: x\r\napikey: " + tenant.secret()
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + part.repeat(160)
                + "1\r\nx\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json");
    }

    @Test
    void anEncodedBodyIs415() {
        problem(
                client.post()
                        .uri("/t/acme/rest/v1/item")
                        .header("Content-Encoding", "gzip")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{}"),
                415);
    }

    @Test
    void anUnknownMethodIs405() {
        var tenant = app.tenant();

        client.method(HttpMethod.valueOf("BREW"))
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals("Allow", "OPTIONS, GET, HEAD, POST, PUT, PATCH, DELETE");
    }

    @Test
    void aUrlWithCharactersThatShouldBeEscapedIsUnderstood() throws IOException {
        var answer = raw(
                "GET /t/acme/rest/v1/item?select=a->>b|c&name=like.%young HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 404").contains("tenant_unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "GARBAGE, 400",
        "'GET / HTTP/1.1|Host: x|Name: \u0001', 400",
        "'POST / HTTP/1.1|Host: x|Content-Length: x', 400",
        "GET / HTTP/1.1, 400",
        "'GET / HTTP/1.1|Host: x|Host: y', 400",
        "'GET / HTTP/1.1|Host: a b', 400",
        "'GET / HTTP/9.9|Host: x', 400"
    })
    void whatIsNotHttpIsAProblemToo(String request, int status) throws IOException {
        assertThat(raw(request.replace("|", "\r\n") + "\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status)
                .contains("application/problem+json", "traceparent", "\"status\":" + status);
    }

    @Test
    void whatIsFarBeyondTheLimitsIsAProblemToo() throws IOException {
        assertThat(raw("GET /" + "x".repeat(66_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 414")
                .contains("url_too_long");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nName: " + "x".repeat(66_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("headers_too_large");
    }

    private static void problem(WebTestClient.RequestHeadersSpec<?> request, int status) {
        request.exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectHeader()
                .exists("traceparent")
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(status);
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", app.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new ByteArrayOutputStream();
            var buffer = new byte[4_096];
            for (var n = socket.getInputStream().read(buffer);
                    n > 0;
                    n = socket.getInputStream().read(buffer)) {
                answer.write(buffer, 0, n);
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
