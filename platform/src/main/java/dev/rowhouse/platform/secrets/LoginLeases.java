package dev.rowhouse.platform.secrets;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.postgres.LoginSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The logins that this process has from Vault, each kept alive from the time it is first asked for. */
public final class LoginLeases implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int AT_A_TIME = 4;

    private final VaultDatabase database;
    private final BackgroundWork background = new BackgroundWork();
    private final InstantSource clock = InstantSource.system();
    private final Map<String, LoginLease> leases = new ConcurrentHashMap<>();

    public LoginLeases(VaultDatabase database) {
        this.database = database;
    }

    /** Begins to renew. */
    public void start() {
        background.repeat("leases of logins", LOOK, Mono.defer(this::keep));
    }

    /** Returns the login of a role of Vault's; always the same one. */
    public LoginSource of(String role) {
        return leases.computeIfAbsent(role, _ -> new LoginLease(database, role, background, clock));
    }

    /** Returns how many logins are wanted. */
    public int wanted() {
        return leases.size();
    }

    /** Returns the roles without a login at the moment, each with the reason. */
    public Map<String, String> missing() {
        var missing = new TreeMap<String, String>();
        leases.forEach((role, lease) -> {
            if (!lease.isHeld()) {
                var trouble = lease.trouble();
                missing.put(role, trouble == null ? "not issued yet" : String.valueOf(trouble.getMessage()));
            }
        });
        return missing;
    }

    private Mono<Void> keep() {
        List<LoginLease> all = new ArrayList<>(leases.values());
        return Flux.fromIterable(all)
                .flatMapDelayError(LoginLease::keep, AT_A_TIME, AT_A_TIME)
                .then();
    }

    /** Renews nothing any more; the leases end by themselves. */
    @Override
    public void close() {
        background.close();
    }
}
