package dev.rowhouse.app.conformance;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;

/** The application with a tenant that has the reference's schema and rows, and a stranger with the same blueprint. */
final class Reference {

    private static final String BLUEPRINT = "reference";
    private static final String UNRESERVED = "-._~!$&'()*+,;=:@/?%";

    private final RunningApp app = RunningApp.shared();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestTenant tenant;
    private final TestTenant stranger;

    Reference() {
        app.operator()
                .put()
                .uri("/admin/v1/blueprints/" + BLUEPRINT + "/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(
                        Map.of("name", "schema.sql", "text", resource("schema.sql")),
                        Map.of("name", "functions.sql", "text", resource("functions.sql")),
                        Map.of("name", "domains.sql", "text", resource("domains.sql")),
                        Map.of("name", "media.sql", "text", resource("media.sql"))))
                .exchange()
                .expectStatus()
                .isCreated();
        tenant = app.tenant(Map.of("blueprint", BLUEPRINT));
        stranger = app.tenant(Map.of("blueprint", BLUEPRINT));
    }

    /** Returns what stands before the path of every request to the tenant. */
    String base() {
        return "/t/" + tenant.slug() + "/rest/v1";
    }

    Reply send(Exchange exchange) {
        return send(exchange, keyOf(exchange.caller()));
    }

    /** Sends it to the tenant with a key that is not the tenant's. */
    Reply sendAsStranger(Exchange exchange) {
        return send(exchange, stranger.secret());
    }

    private Reply send(Exchange exchange, String key) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + app.port() + base() + encoded(exchange.target())))
                .timeout(Duration.ofSeconds(30))
                .method(
                        exchange.method(),
                        exchange.body().isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(exchange.body(), StandardCharsets.UTF_8));
        if (!key.isEmpty()) {
            request.header("apikey", key);
        }
        if (!exchange.body().isEmpty() && !exchange.names("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        exchange.sentHeaders().forEach(header -> request.header(header.getKey(), header.getValue()));
        try {
            var answer = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Reply(answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String keyOf(String caller) {
        return switch (caller) {
            case "anon" -> tenant.publishable();
            case "service" -> tenant.secret();
            case "nobody" -> "";
            default -> throw new IllegalStateException("an unknown caller: " + caller);
        };
    }

    static String resource(String name) {
        try (var in = Reference.class.getResourceAsStream("/conformance/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encoded(String target) {
        var text = new StringBuilder();
        for (byte octet : target.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (octet & 0xff);
            if (letter < 128 && (Character.isLetterOrDigit(letter) || UNRESERVED.indexOf(letter) >= 0)) {
                text.append(letter);
            } else {
                text.append('%').append(String.format("%02X", octet & 0xff));
            }
        }
        return text.toString();
    }
}
