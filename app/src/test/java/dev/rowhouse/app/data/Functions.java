package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** A tenant with the functions of {@code calls.sql}, one for each JVM, and ways to call them. */
final class Functions {

    static final RunningApp APP = RunningApp.shared();
    static final TestTenant TENANT = tenant();

    private Functions() {}

    static void assertAnswer(EntityExchangeResult<byte[]> result, int status, String answer) {
        assertThat(result.getStatus().value()).as(text(result)).isEqualTo(status);
        assertThat(RunningApp.json(result.getResponseBody()))
                .isEqualTo(RunningApp.json(answer.getBytes(StandardCharsets.UTF_8)));
        assertThat(result.getResponseHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
    }

    static JsonNode problem(EntityExchangeResult<byte[]> result, int status) {
        assertThat(result.getStatus().value()).as(text(result)).isEqualTo(status);
        return RunningApp.json(result.getResponseBody());
    }

    static EntityExchangeResult<byte[]> get(String call) {
        return send(HttpMethod.GET, TENANT.publishable(), call, Map.of(), null);
    }

    static EntityExchangeResult<byte[]> post(String call, String type, @Nullable String body) {
        return send(HttpMethod.POST, TENANT.publishable(), call, Map.of("Content-Type", type), body);
    }

    static EntityExchangeResult<byte[]> send(
            HttpMethod method, String key, String call, Map<String, String> headers, @Nullable String body) {
        var request = APP.client()
                .method(method)
                .uri(URI.create("http://127.0.0.1:" + APP.port() + TENANT.path("rpc/" + call)))
                .header("apikey", key)
                .headers(all -> headers.forEach(all::set));
        return (body == null ? request : request.bodyValue(body.getBytes(StandardCharsets.UTF_8)))
                .exchange()
                .expectBody()
                .returnResult();
    }

    static String text(EntityExchangeResult<byte[]> result) {
        var body = result.getResponseBody();
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }

    static TestTenant tenant() {
        APP.operator()
                .put()
                .uri("/admin/v1/blueprints/calls/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "calls.sql", "text", sql())))
                .exchange()
                .expectStatus()
                .isCreated();
        return APP.tenant(Map.of("blueprint", "calls"));
    }

    static String sql() {
        try (var file = Functions.class.getResourceAsStream("calls.sql")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
