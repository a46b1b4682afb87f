package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.CertificateLease;
import dev.rowhouse.platform.secrets.LoginLeases;
import dev.rowhouse.platform.secrets.VaultServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/** Measures whether this process has the secrets that it needs; without a Vault it has them all. */
record SecretsMeters(
        @Nullable VaultServer vault,
        @Nullable LoginLeases leases,
        @Nullable VaultVersions versions,
        @Nullable CertificateLease certificate)
        implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("rowhouse.secrets.up", () -> isUp() ? 1 : 0)
                .description("1 while Vault answers, or where there is none")
                .register(meters);
        Gauge.builder(
                        "rowhouse.secrets.logins.missing",
                        () -> leases == null ? 0 : leases.missing().size())
                .description("lanes for which this process has no login from Vault")
                .register(meters);
        Gauge.builder("rowhouse.secrets.versions.behind", () -> versions == null ? 0 : versions.behind())
                .description("versions that Vault has of what this process was configured from since then")
                .register(meters);
        Gauge.builder("rowhouse.secrets.certificate.life", () -> certificate == null ? 1 : certificate.lifeLeft())
                .description("part of the life that the certificate from Vault has before it; 1 where there is none")
                .register(meters);
    }

    private boolean isUp() {
        return vault == null || vault.hasLoggedIn() && vault.trouble() == null;
    }
}
