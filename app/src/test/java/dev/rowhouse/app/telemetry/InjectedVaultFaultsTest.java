package dev.rowhouse.app.telemetry;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import java.io.IOException;
import java.nio.file.Files;
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
    private static final String ISSUER = "rowhouse_vault";
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
            issueLogins(server, operator);
            app.publishShop();
            var tenant = app.tenant();
            var incidents = new Incidents(
                    List.of(app),
                    () -> status(app, tenant),
                    () -> status(app, tenant) == 200,
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
                    () -> server.execute("ALTER ROLE " + ISSUER + " PASSWORD 'another'"),
                    during -> during.sum("rowhouse_secrets_up", "") == 1
                            && during.sum("rowhouse_secrets_logins_missing", "") > 0,
                    () -> server.execute("ALTER ROLE " + ISSUER + " PASSWORD '" + PASSWORD + "'"));
            incidents.judge(folder);
        }
    }

    private static RunningApp withCertificate(PostgresServer server, VaultStandIn vault, VaultOperator operator) {
        operator.write("pki/root/generate/internal", Map.of("common_name", "root of the test", "ttl", "1000h"));
        operator.write("pki/roles/rowhouse", Map.of("allowed_domains", "rowhouse.test", "allow_bare_domains", "true"));
        return RunningApp.over(server.createDatabase("control"), server.superuser(), settings(vault));
    }

    private static int status(RunningApp app, TestTenant tenant) {
        return app.client()
                .get()
                .uri(tenant.path("item?limit=1"))
                .header("apikey", tenant.secret())
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }

    private static void issueLogins(PostgresServer server, VaultOperator operator) throws IOException {
        server.execute("ALTER ROLE " + ISSUER + " LOGIN PASSWORD '" + PASSWORD + "'");
        var at = server.endpoint("vaulted");
        operator.write(
                "database/config/vaulted",
                Map.of(
                        "connection_url",
                                "postgresql://{{username}}:{{password}}@" + at.host() + ":" + at.port() + "/vaulted",
                        "username", ISSUER,
                        "password", PASSWORD));
        operator.write(
                "database/roles/vaulted-lane-1",
                Map.of(
                        "db_name", "vaulted",
                        "default_ttl", "3s",
                        "max_ttl", "1h",
                        "creation_statements", List.of(statements("lane-create.sql")),
                        "revocation_statements", List.of(statements("lane-revoke.sql"))));
    }

    private static String statements(String file) throws IOException {
        return Files.readString(Path.of("..", "k8s", "vault", file))
                .replace("@LANE@", "1")
                .replace("@DATABASE@", "vaulted");
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
