package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.secrets.CertificateLease;
import dev.rowhouse.platform.secrets.LoginLeases;
import dev.rowhouse.platform.secrets.VaultServer;
import dev.rowhouse.platform.tracing.Tracing;
import dev.rowhouse.tenancy.house.ShardPreparation.LaneRoles;
import dev.rowhouse.tenancy.shard.LaneLogins;
import dev.rowhouse.tenancy.shard.ShardLogins;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** Wires what comes from Vault where there is one: the lanes' logins, which are else derived from the installation's secret. */
@Configuration(proxyBeanMethods = false)
class VaultConfiguration {

    @Bean
    LaneLogins laneLogins(ShardLogins derived, ObjectProvider<LoginLeases> leases) {
        var issued = leases.getIfAvailable();
        return issued == null ? LaneLogins.derived(derived) : LaneLogins.leased(issued);
    }

    @Bean
    LaneRoles laneRoles(ObjectProvider<LoginLeases> leases) {
        return leases.getIfAvailable() == null ? LaneRoles.LOGINS : LaneRoles.GROUPS;
    }

    @Bean
    SecretsHealthIndicator secretsHealthIndicator(
            ObjectProvider<VaultServer> vault,
            ObjectProvider<LoginLeases> leases,
            ObjectProvider<CertificateLease> certificate) {
        return new SecretsHealthIndicator(
                vault.getIfAvailable(), leases.getIfAvailable(), certificate.getIfAvailable());
    }

    @Bean
    SecretsMeters secretsMeters(
            ObjectProvider<VaultServer> vault,
            ObjectProvider<LoginLeases> leases,
            ObjectProvider<VaultVersions> versions,
            ObjectProvider<CertificateLease> certificate) {
        return new SecretsMeters(
                vault.getIfAvailable(),
                leases.getIfAvailable(),
                versions.getIfAvailable(),
                certificate.getIfAvailable());
    }

    /** What there is with a Vault alone. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("rowhouse.vault.address")
    static class WithVault {

        @Bean
        VaultServer vaultServer(VaultProperties properties, BackgroundWork background, Tracing tracing) {
            var vault = new VaultServer(properties.settings(), tracing);
            vault.start(background);
            return vault;
        }

        @Bean
        LoginLeases loginLeases(VaultServer vault, VaultProperties properties) {
            var leases = new LoginLeases(vault.database(properties.databaseMount()));
            leases.start();
            return leases;
        }

        @Bean
        VaultVersions vaultVersions(
                ConfigurableEnvironment environment,
                VaultServer vault,
                VaultProperties properties,
                BackgroundWork background) {
            var configured = environment.getPropertySources().stream()
                    .filter(VaultPropertySource.class::isInstance)
                    .map(VaultPropertySource.class::cast)
                    .toList();
            var versions = new VaultVersions(vault, configured);
            versions.follow(background, properties.look());
            return versions;
        }
    }

    /** A certificate from there. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("rowhouse.certificate.role")
    static class WithCertificate {

        @Bean
        CertificateLease certificateLease(ObjectProvider<VaultServer> vault, CertificateProperties properties) {
            var issuer = vault.getIfAvailable();
            if (issuer == null) {
                throw new IllegalArgumentException("rowhouse.certificate.role: " + properties.role()
                        + " (expected: none, as there is no rowhouse.vault.address)");
            }
            return new CertificateLease(issuer.certificates(properties.mount()), properties.order());
        }

        @Bean
        SslBundleRegistrar issuedBundle(CertificateLease lease, BackgroundWork background) {
            return new IssuedBundle(lease, background);
        }
    }
}
