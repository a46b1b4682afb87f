package dev.rowhouse.platform.secrets;

import io.github.jopenlibs.vault.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A KV engine of Vault, version 2. */
final class VaultKeyValues implements KeyValues {

    private final VaultServer vault;
    private final String mount;

    VaultKeyValues(VaultServer vault, String mount) {
        this.vault = vault;
        this.mount = mount;
    }

    @Override
    public Mono<Secret> read(String path) {
        var at = mount + "/data/" + path;
        return vault.ask(VaultRequest.read(at)).map(answer -> secret(at, VaultAnswers.object(at, answer, "data")));
    }

    @Override
    public Mono<Long> version(String path) {
        var at = mount + "/metadata/" + path;
        return vault.ask(VaultRequest.read(at))
                .map(answer -> VaultAnswers.number(at, VaultAnswers.object(at, answer, "data"), "current_version"));
    }

    @Override
    public Mono<Long> write(String path, Map<String, String> values, long expected) {
        var at = mount + "/data/" + path;
        var data = new JsonObject();
        values.forEach(data::add);
        Map<String, Object> body = Map.of("data", data, "options", new JsonObject().add("cas", expected));
        return vault.ask(VaultRequest.writeOnce(at, body))
                .map(answer -> VaultAnswers.number(at, VaultAnswers.object(at, answer, "data"), "version"));
    }

    private static Secret secret(String at, JsonObject data) {
        var values = new HashMap<String, String>();
        for (var member : VaultAnswers.object(at, data, "data")) {
            var value = member.getValue();
            values.put(member.getName(), value.isString() ? value.asString() : value.toString());
        }
        return new Secret(at, VaultAnswers.number(at, VaultAnswers.object(at, data, "metadata"), "version"), values);
    }
}
