package dev.rowhouse.local.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collection;
import java.util.Map;

/** Sets a Vault up as its operator would, by its HTTP API and not by what is to be tested. */
public final class VaultOperator implements AutoCloseable {

    private final URI address;
    private final String token;
    private final HttpClient client = HttpClient.newHttpClient();

    public VaultOperator(URI address, String token) {
        this.address = address;
        this.token = token;
    }

    /** Reads, or fails unless the answer is a success. */
    public JsonObject read(String path) {
        return required("GET", path, "");
    }

    /** Writes, or fails unless the answer is a success; a list or a map becomes one of JSON's. */
    public JsonObject write(String path, Map<String, ?> body) {
        return required("POST", path, json(body).toString());
    }

    /** Mounts an engine or a way to log in, unless that is done already. */
    public void mount(String path, String type, Map<String, ?> options) {
        send("POST", path, json(Map.of("type", type, "options", options)).toString());
    }

    public int status(String method, String path, String body) {
        return send(method, path, body).statusCode();
    }

    private JsonObject required(String method, String path, String body) {
        var answer = send(method, path, body);
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(path + " was answered " + answer.statusCode() + " " + answer.body());
        }
        return answer.body().isEmpty()
                ? new JsonObject()
                : Json.parse(answer.body()).asObject();
    }

    private java.net.http.HttpResponse<String> send(String method, String path, String body) {
        var request = HttpRequest.newBuilder(address.resolve("/v1/" + path))
                .header("X-Vault-Token", token)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonValue json(Object value) {
        if (value instanceof Map<?, ?> map) {
            var object = new JsonObject();
            map.forEach((name, member) -> object.add(String.valueOf(name), json(member)));
            return object;
        }
        if (value instanceof Collection<?> list) {
            var array = new JsonArray();
            list.forEach(member -> array.add(json(member)));
            return array;
        }
        return Json.value(String.valueOf(value));
    }

    @Override
    public void close() {
        client.close();
    }
}
