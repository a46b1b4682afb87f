package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.CertificateLease;
import dev.rowhouse.platform.secrets.LoginLeases;
import dev.rowhouse.platform.secrets.VaultServer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Says whether this process has the secrets that requests need, and why not: paths and reasons, never a secret. While Vault is
 * away and logins are left it is up; it is out of service before the first login, when no lane has a login any more, and from
 * the end of its certificate on.
 */
record SecretsHealthIndicator(
        @Nullable VaultServer vault,
        @Nullable LoginLeases leases,
        @Nullable CertificateLease certificate) implements ReactiveHealthIndicator {

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(
                () -> vault == null || leases == null ? Health.up().build() : of(vault, leases, certificate));
    }

    private static Health of(VaultServer vault, LoginLeases leases, @Nullable CertificateLease certificate) {
        var missing = leases.missing();
        var none = leases.wanted() > 0 && missing.size() == leases.wanted();
        var over = certificate != null && !certificate.isValid();
        var health = vault.hasLoggedIn() && !none && !over ? Health.up() : Health.outOfService();
        var trouble = vault.trouble();
        if (trouble != null) {
            health.withDetail("vault", String.valueOf(trouble.getMessage()));
        } else if (!vault.hasLoggedIn()) {
            health.withDetail("vault", "the first login is under way");
        }
        if (!missing.isEmpty()) {
            health.withDetail("without_login", missing);
        }
        if (certificate != null && (over || certificate.trouble() != null)) {
            health.withDetail("certificate", told(certificate));
        }
        return health.build();
    }

    private static String told(CertificateLease certificate) {
        var trouble = certificate.trouble();
        return (certificate.isValid() ? "ends at " : "ended at ")
                + certificate.until()
                + (trouble == null ? "" : " and could not be replaced: " + trouble.getMessage());
    }
}
