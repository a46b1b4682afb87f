package dev.rowhouse.platform.secrets;

import java.util.Base64;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A transit engine of Vault: keys that never leave it wrap those that data is sealed by, and sign. */
public final class VaultTransit implements KeyWrapping {

    private final VaultServer vault;
    private final String mount;

    VaultTransit(VaultServer vault, String mount) {
        this.vault = vault;
        this.mount = mount;
    }

    @Override
    public Mono<DataKey> newKey(String key) {
        var path = mount + "/datakey/plaintext/" + key;
        return vault.ask(VaultRequest.write(path, Map.of())).map(answer -> {
            var data = VaultAnswers.object(path, answer, "data");
            return new DataKey(
                    VaultAnswers.text(path, data, "ciphertext"),
                    Base64.getDecoder().decode(VaultAnswers.text(path, data, "plaintext")));
        });
    }

    @Override
    public Mono<DataKey> unwrap(String key, String wrapped) {
        return text("decrypt", key, "ciphertext", wrapped, "plaintext")
                .map(plaintext -> new DataKey(wrapped, Base64.getDecoder().decode(plaintext)));
    }

    @Override
    public Mono<String> rewrap(String key, String wrapped) {
        return text("rewrap", key, "ciphertext", wrapped, "ciphertext");
    }

    @Override
    public Mono<Boolean> isNewest(String key, String wrapped) {
        return version(key).map(newest -> wrapped.startsWith("vault:v" + newest + ":"));
    }

    /** Emits the number of the key's newest version. */
    public Mono<Long> version(String key) {
        var path = mount + "/keys/" + key;
        return vault.ask(VaultRequest.read(path))
                .map(answer -> VaultAnswers.number(path, VaultAnswers.object(path, answer, "data"), "latest_version"));
    }

    /** Emits the signature of {@code content} by the key's newest version, as {@code vault:v<version>:…}. */
    public Mono<String> sign(String key, byte[] content) {
        return text("sign", key, "input", Base64.getEncoder().encodeToString(content), "signature");
    }

    /** Says whether {@code signature} is of {@code content}. */
    public Mono<Boolean> verify(String key, byte[] content, String signature) {
        var path = mount + "/verify/" + key;
        Map<String, Object> body = Map.of("input", Base64.getEncoder().encodeToString(content), "signature", signature);
        return vault.ask(VaultRequest.write(path, body))
                .map(answer -> VaultAnswers.flag(VaultAnswers.object(path, answer, "data"), "valid"));
    }

    private Mono<String> text(String verb, String key, String name, String value, String wanted) {
        var path = mount + "/" + verb + "/" + key;
        return vault.ask(VaultRequest.write(path, Map.of(name, value)))
                .map(answer -> VaultAnswers.text(path, VaultAnswers.object(path, answer, "data"), wanted));
    }
}
