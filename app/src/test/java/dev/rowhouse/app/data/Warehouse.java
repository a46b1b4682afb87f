package dev.rowhouse.app.data;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

/** A tenant whose blueprint holds every sort of relation that a write can meet, and its two keys. */
final class Warehouse {

    /** What came back. */
    record Reply(int status, HttpHeaders headers, String body) {

        String header(String name) {
            return headers.getFirst(name);
        }

        /** Returns the dialect's code of a refusal. */
        String code() {
            return RunningApp.json(body.getBytes(StandardCharsets.UTF_8))
                    .get("code")
                    .stringValue();
        }
    }

    private static final class Published {
        private static final RunningApp APP = publish();
    }

    private final RunningApp app = Published.APP;
    private final TestTenant tenant = app.tenant(Map.of("blueprint", "warehouse"));

    String path(String relation) {
        return tenant.path(relation);
    }

    Reply asService(HttpMethod method, String relation, String prefer, String body) {
        return send(tenant.secret(), method, relation, Map.of("Prefer", prefer), MediaType.APPLICATION_JSON, body);
    }

    Reply asAnon(HttpMethod method, String relation, String prefer, String body) {
        return send(tenant.publishable(), method, relation, Map.of("Prefer", prefer), MediaType.APPLICATION_JSON, body);
    }

    Reply post(String relation, String prefer, String body) {
        return asService(HttpMethod.POST, relation, prefer, body);
    }

    Reply as(String type, String relation, String prefer, String body) {
        return send(
                tenant.secret(),
                HttpMethod.POST,
                relation,
                Map.of("Prefer", prefer),
                MediaType.parseMediaType(type),
                body);
    }

    /** Returns the rows of the address as JSON. */
    String rows(String relation) {
        return send(tenant.secret(), HttpMethod.GET, relation, Map.of(), MediaType.APPLICATION_JSON, "")
                .body();
    }

    Reply send(
            String apikey,
            HttpMethod method,
            String relation,
            Map<String, String> headers,
            MediaType type,
            String body) {
        var answer = app.client()
                .method(method)
                .uri(URI.create("http://127.0.0.1:" + app.port() + path(relation)))
                .header("apikey", apikey)
                .headers(all -> headers.forEach((name, value) -> all.put(name, List.of(value))))
                .contentType(type)
                .bodyValue(body.getBytes(StandardCharsets.UTF_8))
                .exchange()
                .expectBody(String.class)
                .returnResult();
        var text = answer.getResponseBody();
        return new Reply(answer.getStatus().value(), answer.getResponseHeaders(), text == null ? "" : text);
    }

    String secret() {
        return tenant.secret();
    }

    private static RunningApp publish() {
        var app = RunningApp.shared();
        try (var sql = Warehouse.class.getResourceAsStream("warehouse.sql")) {
            app.operator()
                    .put()
                    .uri("/admin/v1/blueprints/warehouse/versions/1")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(List.of(Map.of(
                            "name", "warehouse.sql", "text", new String(sql.readAllBytes(), StandardCharsets.UTF_8))))
                    .exchange()
                    .expectStatus()
                    .isCreated();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return app;
    }
}
