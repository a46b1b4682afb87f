package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.secrets.SecretsError;
import dev.rowhouse.platform.secrets.VaultServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells when Vault has a newer version of what this process was configured from: connections and keys were made of it, so a
 * restart takes it, and a rolling one loses no request.
 */
final class VaultVersions {

    private static final Logger log = LoggerFactory.getLogger(VaultVersions.class);

    private final VaultServer vault;
    private final List<VaultPropertySource> configured;
    private final Map<VaultLocation, Long> behind = new ConcurrentHashMap<>();

    VaultVersions(VaultServer vault, List<VaultPropertySource> configured) {
        this.vault = vault;
        this.configured = List.copyOf(configured);
    }

    void follow(BackgroundWork background, Duration look) {
        background.repeat("looking for new versions of the configuration in Vault", look, Mono.defer(this::look));
    }

    /** Returns by how many versions this process is behind, of all that it was configured from. */
    long behind() {
        return behind.values().stream().mapToLong(Long::longValue).sum();
    }

    private Mono<Void> look() {
        return Flux.fromIterable(configured).concatMap(this::look).then();
    }

    // Why Vault cannot be asked is told elsewhere.
    private Mono<Void> look(VaultPropertySource source) {
        var location = source.location();
        return vault.keyValues(location.mount())
                .version(location.path())
                .doOnNext(version -> seen(source, version))
                .onErrorComplete(SecretsError.class)
                .then();
    }

    private void seen(VaultPropertySource source, long version) {
        long ahead = version - source.version();
        var before = behind.put(source.location(), ahead);
        if (ahead > 0 && (before == null || before != ahead)) {
            log.warn(
                    "{} has version {}; this process was configured from version {}, and a restart takes the new one",
                    source.location(),
                    version,
                    source.version());
        }
    }
}
