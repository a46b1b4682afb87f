package dev.rowhouse.local.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** KV, version 2: data with versions and check-and-set, metadata. */
final class KeyValueEngine {

    private final Map<String, List<JsonObject>> secrets = new ConcurrentHashMap<>();

    synchronized @Nullable JsonValue answer(Call call) {
        var path = call.from(1);
        return switch (call.part(0)) {
            case "data" -> call.isRead() ? read(path) : written(path, call);
            case "metadata" -> call.isRead() ? metadata(path) : deleted(path);
            default -> throw new Refusal(404, "unsupported path");
        };
    }

    private JsonObject read(String path) {
        var versions = versions(path);
        var newest = versions.getLast();
        return Tokens.data(new JsonObject().add("data", newest).add("metadata", version(versions.size())));
    }

    private JsonObject written(String path, Call call) {
        var versions = secrets.computeIfAbsent(path, _ -> new ArrayList<>());
        var options = call.body().get("options");
        var expected = options == null ? null : options.asObject().get("cas");
        if (expected != null && expected.asInt() != versions.size()) {
            throw new Refusal(400, "check-and-set parameter did not match the current version");
        }
        versions.add(Json.parse(call.body().get("data").toString()).asObject());
        return Tokens.data(version(versions.size()));
    }

    private JsonObject metadata(String path) {
        return Tokens.data(
                new JsonObject().add("current_version", versions(path).size()).add("oldest_version", 1));
    }

    private @Nullable JsonValue deleted(String path) {
        secrets.remove(path);
        return null;
    }

    private List<JsonObject> versions(String path) {
        var versions = secrets.get(path);
        if (versions == null || versions.isEmpty()) {
            throw Refusal.missing();
        }
        return versions;
    }

    private static JsonObject version(int number) {
        return new JsonObject()
                .add("version", number)
                .add("created_time", Instant.now().toString())
                .add("deletion_time", "")
                .add("destroyed", false);
    }
}
