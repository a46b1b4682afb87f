package dev.rowhouse.platform.secrets;

import io.github.jopenlibs.vault.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The token that calls carry: got by a login, renewed at half of its life, got anew when it is refused or at its end. */
final class VaultTokens {

    private static final String RENEW = "auth/token/renew-self";

    /** @param renewAt null for a token that never ends */
    record Held(
            String token,
            boolean renewable,
            Duration life,
            @Nullable Instant renewAt,
            @Nullable Instant until) {
        @Override
        public String toString() {
            return "Held[until " + until + "]";
        }
    }

    private final VaultTransport transport;
    private final VaultAuthentication authentication;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<Held>> login = new AtomicReference<>();
    private volatile @Nullable SecretsError refusal;
    private volatile boolean loggedIn;

    VaultTokens(VaultTransport transport, VaultAuthentication authentication, InstantSource clock) {
        this.transport = transport;
        this.authentication = authentication;
        this.clock = clock;
    }

    /** Returns why the last login was refused, or null. */
    @Nullable
    SecretsError refusal() {
        return refusal;
    }

    /** Says whether a login has succeeded yet. */
    boolean hasLoggedIn() {
        return loggedIn;
    }

    /** Emits the token; logs in where there is none. */
    Mono<Held> current() {
        return Mono.defer(() -> {
            var known = held.get();
            return known != null && !isOver(known) ? Mono.just(known) : loggedIn();
        });
    }

    /** Emits another token in place of one that was refused, or nothing where there is no way to another. */
    Mono<Held> instead(Held refused) {
        if (authentication instanceof VaultAuthentication.Token) {
            return Mono.empty();
        }
        held.compareAndSet(refused, null);
        return current();
    }

    /** Renews the token if it is time; to be called now and then. */
    Mono<Void> keep() {
        return Mono.defer(() -> {
            var known = held.get();
            var due = known == null ? null : known.renewAt();
            if (known == null || due != null && isOver(known)) {
                return loggedIn().then();
            }
            return due == null || clock.instant().isBefore(due) ? Mono.empty() : renewed(known);
        });
    }

    private boolean isOver(Held known) {
        var until = known.until();
        return until != null && !clock.instant().isBefore(until);
    }

    private Mono<Void> renewed(Held known) {
        if (!known.renewable()) {
            return loggedIn().then();
        }
        return transport
                .send(VaultRequest.write(RENEW, Map.of()), known.token())
                .map(answer -> held(RENEW, VaultAnswers.object(RENEW, answer, "auth")))
                .flatMap(next -> taken(known, next))
                .onErrorResume(SecretsError.Refused.class, _ -> instead(known))
                .then();
    }

    // What is capped by its longest life ends soon: another one is needed before.
    private Mono<Held> taken(Held known, Held next) {
        held.set(next);
        var lasts = next.life().compareTo(known.life().dividedBy(2)) > 0;
        return lasts ? Mono.just(next) : instead(next).defaultIfEmpty(next);
    }

    // Who comes while a login runs waits for that one.
    private Mono<Held> loggedIn() {
        return Mono.defer(() -> {
            var begun = login().doFinally(_ -> login.set(null)).cache();
            var running = login.compareAndExchange(null, begun);
            return running == null ? begun : running;
        });
    }

    private Mono<Held> login() {
        return switch (authentication) {
            case VaultAuthentication.Token own -> lookedUp(own.token());
            case VaultAuthentication.AppRole role ->
                login(
                        "auth/" + role.mount() + "/login",
                        Mono.just(Map.of("role_id", role.roleId(), "secret_id", role.secretId())),
                        "role id and secret id of the AppRole must be valid and not used up");
            case VaultAuthentication.Kubernetes role ->
                login(
                        "auth/" + role.mount() + "/login",
                        serviceAccountToken(role).map(jwt -> Map.of("role", role.role(), "jwt", jwt)),
                        "role '" + role.role() + "' must be bound to this service account and namespace");
        };
    }

    private Mono<Held> login(String path, Mono<Map<String, Object>> body, String hint) {
        return body.flatMap(credentials -> transport.send(VaultRequest.write(path, credentials), null))
                .map(answer -> held(path, VaultAnswers.object(path, answer, "auth")))
                .onErrorMap(
                        SecretsError.Refused.class, refused -> refusedLogin(new SecretsError.LoginRefused(path, hint)))
                .doOnNext(this::took);
    }

    private Mono<Held> lookedUp(String token) {
        var path = "auth/token/lookup-self";
        return transport
                .send(VaultRequest.read(path), token)
                .map(answer -> {
                    var data = VaultAnswers.object(path, answer, "data");
                    var life = Duration.ofSeconds(VaultAnswers.number(path, data, "ttl"));
                    return held(token, VaultAnswers.flag(data, "renewable"), life);
                })
                .onErrorMap(
                        SecretsError.Refused.class,
                        _ -> refusedLogin(new SecretsError.LoginRefused(path, "the token is unknown, revoked or over")))
                .doOnNext(this::took);
    }

    private void took(Held next) {
        refusal = null;
        loggedIn = true;
        held.set(next);
    }

    private SecretsError refusedLogin(SecretsError error) {
        refusal = error;
        return error;
    }

    private static Mono<String> serviceAccountToken(VaultAuthentication.Kubernetes role) {
        return Mono.fromCallable(
                        () -> Files.readString(role.serviceAccountToken()).strip())
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(
                        IOException.class,
                        failure -> new SecretsError.Unreadable(
                                role.serviceAccountToken().toString(),
                                "no token of a service account ("
                                        + failure.getClass().getSimpleName() + ")"));
    }

    private Held held(String path, JsonObject auth) {
        return held(
                VaultAnswers.text(path, auth, "client_token"),
                VaultAnswers.flag(auth, "renewable"),
                Duration.ofSeconds(VaultAnswers.number(path, auth, "lease_duration")));
    }

    private Held held(String token, boolean renewable, Duration life) {
        if (life.isZero()) {
            return new Held(token, renewable, life, null, null);
        }
        var now = clock.instant();
        return new Held(token, renewable, life, now.plus(life.dividedBy(2)), now.plus(life));
    }
}
