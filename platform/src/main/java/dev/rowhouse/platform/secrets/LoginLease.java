package dev.rowhouse.platform.secrets;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.postgres.LoginSource;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A login that Vault issues for a time: renewed at half of its life; before its longest life ends, or when the server
 * refuses it, another takes its place. The one before is revoked when its last connection is closed. What cannot be renewed
 * serves to its end, and then there is none.
 */
public final class LoginLease implements LoginSource {

    private static final Logger log = LoggerFactory.getLogger(LoginLease.class);

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);
    // Of its life: a connection that is opened in the last moment must be of use to somebody.
    private static final int LAST_PART = 10;

    private record Held(IssuedLogin issued, Instant renewAt, Instant until) {}

    private final VaultDatabase database;
    private final String role;
    private final BackgroundWork background;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<PostgresLogin>> issuing = new AtomicReference<>();
    private final Map<String, AtomicInteger> connections = new ConcurrentHashMap<>();
    private final Map<String, String> retired = new ConcurrentHashMap<>();
    private volatile @Nullable SecretsError trouble;
    private volatile Instant notBefore = Instant.MIN;

    LoginLease(VaultDatabase database, String role, BackgroundWork background, InstantSource clock) {
        this.database = database;
        this.role = role;
        this.background = background;
        this.clock = clock;
    }

    String role() {
        return role;
    }

    /** Says whether there is a login now. */
    boolean isHeld() {
        return known() != null;
    }

    /** Returns why the login could not be got or renewed when that was last tried, or null. */
    @Nullable
    SecretsError trouble() {
        return trouble;
    }

    @Override
    public Mono<PostgresLogin> current() {
        return Mono.defer(() -> {
            var known = known();
            return known != null
                    ? Mono.just(known)
                    : issued().timeout(
                                    PATIENCE,
                                    Mono.error(() ->
                                            new SecretsError.Unavailable(role, "no login was issued in time", null)));
        });
    }

    @Override
    public @Nullable PostgresLogin known() {
        var known = held.get();
        return known != null && clock.instant().isBefore(known.until())
                ? known.issued().login()
                : null;
    }

    @Override
    public boolean isCurrent(PostgresLogin login) {
        return login.equals(known());
    }

    @Override
    public void opening(PostgresLogin login) {
        connections.computeIfAbsent(login.user(), _ -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public void closed(PostgresLogin login) {
        connections.computeIfPresent(login.user(), (_, count) -> count.decrementAndGet() == 0 ? null : count);
        revokeUnused();
    }

    @Override
    public void refused(PostgresLogin login) {
        var known = held.get();
        if (known != null && known.issued().login().equals(login) && held.compareAndSet(known, null)) {
            log.warn("the server does not let the login of {} in any more; another is asked for", role);
            background.start("login of " + role, issued().then());
        }
    }

    /** Renews the login or gets another, if it is time; to be called now and then. */
    Mono<Void> keep() {
        return Mono.defer(() -> {
            var known = held.get();
            var now = clock.instant();
            if (known != null && !now.isBefore(known.until()) && held.compareAndSet(known, null)) {
                log.warn("the login of {} is over and could not be renewed", role);
                known = null;
            }
            if (known == null) {
                return now.isBefore(notBefore) ? Mono.empty() : issued().then();
            }
            return now.isBefore(known.renewAt()) || now.isBefore(notBefore) ? Mono.empty() : renewed(known);
        });
    }

    private Mono<Void> renewed(Held known) {
        var issued = known.issued();
        if (!issued.renewable()) {
            return issued().then();
        }
        return database.renew(issued.lease(), issued.life())
                .flatMap(life -> {
                    trouble = null;
                    // Vault grants less than was asked for where the longest life comes first.
                    if (life.compareTo(issued.life()) < 0) {
                        return issued().then();
                    }
                    held.compareAndSet(known, held(issued, life));
                    return Mono.<Void>empty();
                })
                // Revoked, or unknown to a Vault that was restored: another one.
                .onErrorResume(SecretsError.Refused.class, _ -> issued().then())
                .doOnError(SecretsError.class, this::failed);
    }

    // Who comes while one is being issued waits for that one.
    private Mono<PostgresLogin> issued() {
        return Mono.defer(() -> {
            var before = trouble;
            if (clock.instant().isBefore(notBefore) && before != null) {
                return Mono.error(before);
            }
            var begun = database.issue(role)
                    .doOnNext(this::take)
                    .map(IssuedLogin::login)
                    .doOnError(SecretsError.class, this::failed)
                    .doFinally(_ -> issuing.set(null))
                    .cache();
            var running = issuing.compareAndExchange(null, begun);
            return running == null ? begun : running;
        });
    }

    private void failed(SecretsError error) {
        trouble = error;
        notBefore = clock.instant().plus(PAUSE);
    }

    private void take(IssuedLogin next) {
        trouble = null;
        var before = held.getAndSet(held(next, next.life()));
        if (before != null) {
            retired.put(before.issued().login().user(), before.issued().lease());
            revokeUnused();
        }
    }

    private Held held(IssuedLogin issued, Duration life) {
        var now = clock.instant();
        return new Held(issued, now.plus(life.dividedBy(2)), now.plus(life).minus(life.dividedBy(LAST_PART)));
    }

    private void revokeUnused() {
        retired.forEach((user, lease) -> {
            if (!connections.containsKey(user) && retired.remove(user, lease)) {
                // If it fails the lease ends by itself.
                background.start(
                        "revoking a login of " + role, database.revoke(lease).onErrorComplete(SecretsError.class));
            }
        });
    }
}
