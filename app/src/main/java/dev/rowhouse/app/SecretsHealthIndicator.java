package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.LoginLeases;
import dev.rowhouse.platform.secrets.VaultServer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Says whether this process has the secrets that requests need, and why not: paths and reasons, never a secret. While Vault is
 * away and logins are left it is up; it is out of service before the first login, and when no lane has a login any more.
 */
record SecretsHealthIndicator(
        @Nullable VaultServer vault, @Nullable LoginLeases leases) implements ReactiveHealthIndicator {

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(
                () -> vault == null || leases == null ? Health.up().build() : of(vault, leases));
    }

    private static Health of(VaultServer vault, LoginLeases leases) {
        var missing = leases.missing();
        var none = leases.wanted() > 0 && missing.size() == leases.wanted();
        var health = vault.hasLoggedIn() && !none ? Health.up() : Health.outOfService();
        var trouble = vault.trouble();
        if (trouble != null) {
            health.withDetail("vault", String.valueOf(trouble.getMessage()));
        } else if (!vault.hasLoggedIn()) {
            health.withDetail("vault", "the first login is under way");
        }
        if (!missing.isEmpty()) {
            health.withDetail("without_login", missing);
        }
        return health.build();
    }
}
