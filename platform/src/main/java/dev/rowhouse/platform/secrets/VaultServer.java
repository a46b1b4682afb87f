package dev.rowhouse.platform.secrets;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.tracing.Tracing;
import io.github.jopenlibs.vault.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * HashiCorp Vault, or what speaks its HTTP API. Whatever it is asked fails with {@link SecretsError} alone.
 *
 * <p>Logs in when first asked and stays logged in from {@link #start} on.
 */
public final class VaultServer implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final VaultTransport transport;
    private final VaultTokens tokens;

    public VaultServer(VaultSettings settings) {
        this(settings, Tracing.off());
    }

    /** @param tracing of calls that a traced request waits for */
    public VaultServer(VaultSettings settings, Tracing tracing) {
        this.transport = new VaultTransport(settings, tracing);
        this.tokens = new VaultTokens(transport, settings.authentication(), InstantSource.system());
    }

    /** Begins to log in and to renew the token, so that {@link #trouble} is known before anything is asked. */
    public void start(BackgroundWork background) {
        background.repeat("login at Vault", LOOK, Mono.defer(tokens::keep));
    }

    /** Returns why Vault cannot be used at the moment, or null if it answered when it was last asked. */
    public @Nullable SecretsError trouble() {
        var away = transport.trouble();
        return away == null ? tokens.refusal() : away;
    }

    /** Says whether a login has succeeded since the start. */
    public boolean hasLoggedIn() {
        return tokens.hasLoggedIn();
    }

    /** Completes once the product is logged in. */
    public Mono<Void> login() {
        return tokens.current().then();
    }

    /** @param mount of a KV engine, version 2 */
    public KeyValues keyValues(String mount) {
        return new VaultKeyValues(this, mount);
    }

    /** @param mount of a database engine */
    public VaultDatabase database(String mount) {
        return new VaultDatabase(this, mount);
    }

    /** @param mount of a transit engine */
    public VaultTransit transit(String mount) {
        return new VaultTransit(this, mount);
    }

    /** @param mount of a PKI engine */
    public VaultCertificates certificates(String mount) {
        return new VaultCertificates(this, mount);
    }

    Mono<JsonObject> ask(VaultRequest request) {
        return tokens.current().flatMap(token -> asked(request, token));
    }

    // A token that was revoked is refused just as a right that is missing; only another token tells them apart.
    private Mono<JsonObject> asked(VaultRequest request, VaultTokens.Held token) {
        return transport
                .send(request, token.token())
                .onErrorResume(
                        VaultServer::isForbidden,
                        _ -> tokens.instead(token)
                                .flatMap(other -> transport.send(request, other.token()))
                                .switchIfEmpty(Mono.error(() -> forbidden(request))))
                .onErrorMap(VaultServer::isForbidden, _ -> forbidden(request));
    }

    private static boolean isForbidden(Throwable failure) {
        return failure instanceof SecretsError.Refused refused && refused.status() == 403;
    }

    private static SecretsError forbidden(VaultRequest request) {
        return new SecretsError.Forbidden(request.path(), request.capability());
    }

    @Override
    public void close() {
        transport.close();
    }
}
