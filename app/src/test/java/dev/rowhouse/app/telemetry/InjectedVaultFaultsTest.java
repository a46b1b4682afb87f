package dev.rowhouse.app.telemetry;

import dev.rowhouse.app.IssuedLogins;
import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults of Vault, for which a stand-in speaks here, raise the alerts that are meant for them as in {@link InjectedFaultsTest}. */
@Timeout(300)
class InjectedVaultFaultsTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final String PASSWORD = "password of the issuer";

    @Test
    void everyFaultRaisesItsAlertAndItsEndClearsIt(@TempDir Path folder) throws IOException, InterruptedException {
        if (!Promtool.isThere()) {
            return;
        }
        try (var server = PostgresServer.start();
                var vault = VaultStandIn.start();
                var operator = new VaultOperator(vault.address(), vault.rootToken());
                var app = withCertificate(server, vault, operator)) {
            app.register("vaulted", server.createDatabase("vaulted"), server.superuser(), 1);
            IssuedLogins.from(operator, server, PASSWORD);
            app.publishShop();
            var tenant = app.tenant();
            var incidents = new Incidents(
                    List.of(app),
                    () -> app.status(tenant),
                    () -> app.status(tenant) == 200,
                    now -> now.sum("rowhouse_secrets_up", "") == 1
                            && now.sum("rowhouse_secrets_logins_missing", "") == 0
                            && now.sum("rowhouse_secrets_certificate_life", "") > 0.4);

            incidents.happen(
                    List.of("RowhouseVaultAway", "RowhouseLoginsMissing", "RowhouseCertificateNotReplaced"),
                    SHORT,
                    vault::seal,
                    during -> during.sum("rowhouse_secrets_up", "") == 0
                            && during.sum("rowhouse_secrets_logins_missing", "") > 0
                            && during.sum("rowhouse_secrets_certificate_life", "") < 0.3,
                    vault::unseal);
            // Vault answers, and can make no login on the shard.
            incidents.happen(
                    List.of("RowhouseLoginsMissing"),
                    SHORT,
                    () -> server.execute("ALTER ROLE " + IssuedLogins.ISSUER + " PASSWORD 'another'"),
                    during -> during.sum("rowhouse_secrets_up", "") == 1
                            && during.sum("rowhouse_secrets_logins_missing", "") > 0,
                    () -> server.execute("ALTER ROLE " + IssuedLogins.ISSUER + " PASSWORD '" + PASSWORD + "'"));
            incidents.judge(folder);
        }
    }

    private static RunningApp withCertificate(PostgresServer server, VaultStandIn vault, VaultOperator operator) {
        operator.write("pki/root/generate/internal", Map.of("common_name", "root of the test", "ttl", "1000h"));
        operator.write("pki/roles/rowhouse", Map.of("allowed_domains", "rowhouse.test", "allow_bare_domains", "true"));
        return RunningApp.over(server.createDatabase("control"), server.superuser(), settings(vault));
    }

    private static Map<String, Object> settings(VaultStandIn vault) {
        return Map.of(
                "management.server.port",
                0,
                "rowhouse.warm-houses",
                1,
                "rowhouse.vault.address",
                vault.address().toString(),
                "rowhouse.vault.token",
                vault.rootToken(),
                "rowhouse.certificate.role",
                "rowhouse",
                "rowhouse.certificate.common-name",
                "rowhouse.test",
                "rowhouse.certificate.life",
                "20s");
    }
}
