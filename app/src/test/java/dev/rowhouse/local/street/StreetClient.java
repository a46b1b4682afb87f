package dev.rowhouse.local.street;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the application as its users do. */
public final class StreetClient {

    /** An answer with its body as text. */
    public record Answer(int status, String body) {

        public JsonNode json() {
            return JSON.readTree(body);
        }

        /** Returns this answer when its status is 2xx; what the application said is the message otherwise. */
        public Answer orFail(String attempt) {
            if (status / 100 != 2) {
                throw new StreetBlocked(attempt + " was answered with " + status + ": " + body);
            }
            return this;
        }
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String base;
    private final String operatorToken;

    public StreetClient(String base, String operatorToken) {
        this.base = base;
        this.operatorToken = operatorToken;
    }

    String base() {
        return base;
    }

    String baseOf(String tenant) {
        return base + "/t/" + tenant;
    }

    /** Registers a shard, or tells where a registered one is now. */
    public void register(
            String shard, PostgresEndpoint endpoint, PostgresLogin superuser, int lanes, List<String> extensions) {
        var order = Map.of(
                "name", shard,
                "host", endpoint.host(),
                "port", endpoint.port(),
                "database", endpoint.database(),
                "superuser", Map.of("user", superuser.user(), "password", superuser.password()),
                "lanes", lanes,
                "extensions", extensions);
        admin("POST", "/shards", order, Map.of()).orFail("registering " + shard);
    }

    public Answer admin(String method, String path, Object body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create(base + "/admin/v1" + path))
                .header("Authorization", "Bearer " + operatorToken)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)));
        headers.forEach(request::header);
        return send(request);
    }

    public Answer adminGet(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + "/admin/v1" + path))
                .header("Authorization", "Bearer " + operatorToken));
    }

    public Answer read(String tenant, String relationAndQuery, String key) {
        return send(HttpRequest.newBuilder(URI.create(baseOf(tenant) + "/rest/v1/" + relationAndQuery))
                .header("apikey", key));
    }

    public Answer load(String tenant, String relation, String key, String mediaType, BodyPublisher rows) {
        return send(HttpRequest.newBuilder(URI.create(baseOf(tenant) + "/rest/v1/" + relation))
                .header("apikey", key)
                .header("Content-Type", mediaType)
                .header("Prefer", "return=minimal")
                .POST(rows));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            var response = http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
