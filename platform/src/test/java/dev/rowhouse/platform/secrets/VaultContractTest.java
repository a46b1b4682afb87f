package dev.rowhouse.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** What the product relies on, against the stand-in and, with VAULT_ADDR and VAULT_TOKEN, against a real Vault as well. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class VaultContractTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final VaultStandIn STAND_IN = VaultStandIn.start();

    record Server(String name, URI address, String root) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Server> servers() {
        var standIn = new Server("stand-in", STAND_IN.address(), STAND_IN.rootToken());
        var address = System.getenv("VAULT_ADDR");
        var token = System.getenv("VAULT_TOKEN");
        return address == null || token == null
                ? Stream.of(standIn)
                : Stream.of(standIn, new Server("real", URI.create(address), token));
    }

    private final Server server;
    private final VaultOperator operator;
    private final VaultServer vault;
    private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);

    VaultContractTest(Server server) {
        this.server = server;
        this.operator = new VaultOperator(server.address(), server.root());
        this.vault = as(new VaultAuthentication.Token(server.root()));
        operator.mount("sys/mounts/secret", "kv", Map.of("version", "2"));
        operator.mount("sys/mounts/database", "database", Map.of());
        operator.mount("sys/mounts/transit", "transit", Map.of());
        operator.mount("sys/mounts/pki", "pki", Map.of());
        operator.mount("sys/auth/approle", "approle", Map.of());
    }

    @AfterEach
    void close() {
        vault.close();
        operator.close();
    }

    @Test
    void aSecretHasVersions() {
        var secrets = vault.keyValues("secret");

        assertThat(secrets.write(name, Map.of("password", "CANARY-1"), 0).block(PATIENCE))
                .isEqualTo(1);
        assertThat(secrets.write(name, Map.of("password", "CANARY-2", "user", "u"), 1)
                        .block(PATIENCE))
                .isEqualTo(2);
        assertThat(secrets.version(name).block(PATIENCE)).isEqualTo(2);
        var secret = secrets.read(name).block(PATIENCE);
        assertThat(secret.values()).isEqualTo(Map.of("password", "CANARY-2", "user", "u"));
        assertThat(secret.toString()).contains("password").doesNotContain("CANARY");
    }

    @Test
    void aWriteOverAnotherVersionIsRefused() {
        var secrets = vault.keyValues("secret");
        secrets.write(name, Map.of("password", "CANARY-1"), 0).block(PATIENCE);

        assertThatThrownBy(() ->
                        secrets.write(name, Map.of("password", "CANARY-2"), 0).block(PATIENCE))
                .isInstanceOfSatisfying(
                        SecretsError.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(400))
                .hasMessageContaining("secret/data/" + name)
                .hasMessageNotContaining("CANARY");
        assertThat(secrets.read(name).block(PATIENCE).values()).containsEntry("password", "CANARY-1");
    }

    @Test
    void aSecretThatIsNotThereIsMissing() {
        assertThatThrownBy(() -> vault.keyValues("secret").read(name).block(PATIENCE))
                .isInstanceOf(SecretsError.Missing.class)
                .hasMessageContaining("secret/data/" + name);
    }

    @Test
    void aChangedSecretIsSeen() {
        var secrets = vault.keyValues("secret");
        secrets.write(name, Map.of("a", "1"), 0).block(PATIENCE);

        var seen = secrets.versions(name, Duration.ofMillis(20))
                .concatMap(secret -> secret.version() == 1
                        ? secrets.write(name, Map.of("a", "2"), 1).thenReturn(secret)
                        : Flux.just(secret))
                .map(secret -> secret.values().get("a"))
                .take(2)
                .collectList()
                .block(PATIENCE);

        assertThat(seen).containsExactly("1", "2");
    }

    @Test
    void whatAPolicyLacksIsNamed() {
        vault.keyValues("secret").write(name, Map.of("a", "1"), 0).block(PATIENCE);
        var granted = "path \"secret/data/" + name + "\" { capabilities = [\"read\"] }";
        try (var reader = as(appRole(granted, "1h", "1h"))) {
            assertThat(reader.keyValues("secret").read(name).block(PATIENCE).values())
                    .containsEntry("a", "1");
            assertThatThrownBy(() ->
                            reader.database("database").issue("lane-" + name).block(PATIENCE))
                    .isInstanceOfSatisfying(
                            SecretsError.Forbidden.class,
                            forbidden -> assertThat(forbidden.policyLine())
                                    .isEqualTo(
                                            "path \"database/creds/lane-" + name + "\" { capabilities = [\"read\"] }"))
                    .hasMessageContaining("capabilities = [\"read\"]");
            assertThatThrownBy(() -> reader.transit("transit")
                            .unwrap(name, "vault:v1:AAAA")
                            .block(PATIENCE))
                    .hasMessageContaining("path \"transit/decrypt/" + name + "\" { capabilities = [\"update\"] }");
        }
    }

    @Test
    void theTokenIsRenewedAndThenGotAnew() {
        vault.keyValues("secret").write(name, Map.of("a", "1"), 0).block(PATIENCE);
        var granted = "path \"secret/data/" + name + "\" { capabilities = [\"read\"] }";
        try (var reader = as(appRole(granted, "1s", "2s"));
                var background = new BackgroundWork()) {
            reader.start(background);
            var reads = Flux.interval(Duration.ofMillis(100))
                    .take(35)
                    .concatMap(_ -> reader.keyValues("secret").read(name))
                    .count()
                    .block(PATIENCE);
            assertThat(reads).isEqualTo(35);
        }
    }

    @Test
    void aWrongSecretIdIsRefusedWithoutBeingShown() {
        var role = appRole("path \"secret/data/none\" { capabilities = [\"read\"] }", "1h", "1h");
        try (var stranger = as(new VaultAuthentication.AppRole("approle", role.roleId(), "CANARY-SECRET-ID"))) {
            assertThatThrownBy(() -> stranger.login().block(PATIENCE))
                    .isInstanceOf(SecretsError.LoginRefused.class)
                    .hasMessageContaining("auth/approle/login")
                    .hasMessageNotContaining("CANARY")
                    .hasMessageNotContaining(role.roleId());
            assertThat(stranger.trouble()).isInstanceOf(SecretsError.LoginRefused.class);
        }
    }

    @Test
    void aLoginIsMadeProlongedAndDropped() {
        var database = vault.database("database");
        databaseRole("3s", "4s");

        var issued = database.issue("lane-" + name).block(PATIENCE);
        assertThat(session(issued.login())).isEqualTo(issued.login().user());
        assertThat(issued.life()).isEqualTo(Duration.ofSeconds(3));
        assertThat(issued.toString()).doesNotContain(issued.login().password());
        assertThat(database.renew(issued.lease(), Duration.ofSeconds(2)).block(PATIENCE))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(database.renew(issued.lease(), Duration.ofSeconds(100)).block(PATIENCE))
                .isLessThanOrEqualTo(Duration.ofSeconds(4));

        database.revoke(issued.lease()).block(PATIENCE);

        assertThatThrownBy(() -> session(issued.login()))
                .isInstanceOfSatisfying(
                        PostgresFailure.class,
                        failure -> assertThat(failure.sqlState()).isEqualTo("28P01"));
        assertThatThrownBy(() ->
                        database.renew(issued.lease(), Duration.ofSeconds(2)).block(PATIENCE))
                .isInstanceOf(SecretsError.Refused.class);
    }

    // Both logins live for an hour; what differs is the token that got them.
    @Test
    void aLoginEndsWithTheTokenThatGotItUnlessThatIsRenewedWithoutEnd() {
        databaseRole("1h", "1h");
        var granted = "path \"database/creds/*\" { capabilities = [\"read\"] }";
        var cappedRole = appRole(granted, "4s", "6s");
        var periodicRole = appRole(name + "-periodic", granted, Map.of("token_period", "4s"));
        try (var capped = as(cappedRole);
                var periodic = as(periodicRole);
                var background = new BackgroundWork()) {
            capped.start(background);
            periodic.start(background);
            var lasting = periodic.database("database").issue("lane-" + name).block(PATIENCE);
            var doomed = capped.database("database").issue("lane-" + name).block(PATIENCE);
            assertThat(session(doomed.login())).isEqualTo(doomed.login().user());

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(() -> session(doomed.login()))
                            .isInstanceOfSatisfying(
                                    PostgresFailure.class,
                                    failure -> assertThat(failure.sqlState()).isEqualTo("28P01")));

            assertThat(session(lasting.login())).isEqualTo(lasting.login().user());
        }
    }

    @Test
    void aDataKeyIsWrappedAndWrappedAnew() {
        var transit = vault.transit("transit");
        operator.write("transit/keys/" + name, Map.of("type", "aes256-gcm96"));

        var key = transit.newKey(name).block(PATIENCE);
        operator.write("transit/keys/" + name + "/rotate", Map.of("a", "b"));
        var rewrapped = transit.rewrap(name, key.wrapped()).block(PATIENCE);

        assertThat(key.bytes()).hasSize(32);
        assertThat(key.wrapped()).startsWith("vault:v1:");
        assertThat(rewrapped).startsWith("vault:v2:");
        assertThat(transit.version(name).block(PATIENCE)).isEqualTo(2);
        for (var wrapped : List.of(key.wrapped(), rewrapped)) {
            assertThat(transit.unwrap(name, wrapped).block(PATIENCE).bytes()).isEqualTo(key.bytes());
        }
        assertThatThrownBy(() -> transit.unwrap(name, rewrapped.replaceAll(".{8}$", "AAAAAAA="))
                        .block(PATIENCE))
                .isInstanceOf(SecretsError.Refused.class);
    }

    @Test
    void aSignatureIsOfItsContent() {
        var transit = vault.transit("transit");
        operator.write("transit/keys/" + name, Map.of("type", "ecdsa-p256"));
        var content = "content".getBytes(StandardCharsets.UTF_8);

        var signature = transit.sign(name, content).block(PATIENCE);

        assertThat(transit.verify(name, content, signature).block(PATIENCE)).isTrue();
        assertThat(transit.verify(name, "other".getBytes(StandardCharsets.UTF_8), signature)
                        .block(PATIENCE))
                .isFalse();
    }

    @Test
    void aCertificateIsIssuedWithItsChainAndItsKey() throws Exception {
        var root = certificateRole("2m");

        var issued = vault.certificates("pki")
                .issue(new CertificateOrder(
                        name, "rowhouse.test", List.of("a.rowhouse.test"), List.of("127.0.0.1"), Duration.ofHours(1)))
                .block(PATIENCE);

        var own = issued.chain().getFirst();
        assertThat(own.getSubjectX500Principal().getName()).isEqualTo("CN=rowhouse.test");
        assertThat(own.getSubjectAlternativeNames())
                .extracting(alternative -> (Object) alternative.get(1))
                .contains("rowhouse.test", "a.rowhouse.test", "127.0.0.1");
        // What the role grants at most.
        assertThat(issued.until()).isBefore(Instant.now().plusSeconds(121));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issued.key());
        signature.update(new byte[] {1});
        var signed = signature.sign();
        signature.initVerify(own.getPublicKey());
        signature.update(new byte[] {1});
        assertThat(signature.verify(signed)).isTrue();
        var path = CertificateFactory.getInstance("X.509").generateCertPath(issued.chain());
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters))
                .isNotNull();
        assertThat(issued.toString()).contains(issued.serial()).doesNotContain("PRIVATE");
    }

    @Test
    void aCertificateThatTheRoleDoesNotAllowIsRefusedInVaultsWords() throws Exception {
        certificateRole("2m");

        assertThatThrownBy(() -> vault.certificates("pki")
                        .issue(new CertificateOrder(
                                name, "elsewhere.test", List.of(), List.of(), Duration.ofMinutes(1)))
                        .block(PATIENCE))
                .isInstanceOf(SecretsError.Refused.class)
                .hasMessageContaining("pki/issue/" + name)
                .hasMessageContaining("common name elsewhere.test not allowed by this role");
        assertThatThrownBy(() -> vault.certificates("pki")
                        .issue(new CertificateOrder(
                                name + "-none", "rowhouse.test", List.of(), List.of(), Duration.ofMinutes(1)))
                        .block(PATIENCE))
                .hasMessageContaining("unknown role: " + name + "-none");
    }

    @Test
    void aCertificateIsReplacedBeforeItsEnd() throws Exception {
        certificateRole("6s");
        var lease = new CertificateLease(
                vault.certificates("pki"),
                new CertificateOrder(name, "rowhouse.test", List.of(), List.of(), Duration.ofHours(1)));
        var serials = new CopyOnWriteArrayList<String>();
        try (var background = new BackgroundWork()) {
            serials.add(lease.first().block(PATIENCE).serial());
            lease.start(background, next -> serials.add(next.serial()));

            await().atMost(PATIENCE).until(() -> serials.size() > 2);
        }
        assertThat(serials).doesNotHaveDuplicates();
        assertThat(lease.trouble()).isNull();
    }

    // A root for each test, which the role names where there may be several.
    private X509Certificate certificateRole(String longest) throws Exception {
        var made = operator.write("pki/root/generate/internal", Map.of("common_name", "root " + name, "ttl", "1h"))
                .get("data")
                .asObject();
        var role = new HashMap<>(Map.of(
                "allowed_domains", "rowhouse.test",
                "allow_bare_domains", "true",
                "allow_subdomains", "true",
                "key_type", "ec",
                "key_bits", "256",
                "max_ttl", longest));
        if (made.get("issuer_id") != null) {
            role.put("issuer_ref", made.getString("issuer_id"));
        }
        operator.write("pki/roles/" + name, role);
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(made.getString("certificate").getBytes(StandardCharsets.US_ASCII)));
    }

    private VaultServer as(VaultAuthentication authentication) {
        return new VaultServer(VaultSettings.of(server.address(), authentication));
    }

    private VaultAuthentication.AppRole appRole(String policy, String ttl, String longest) {
        return appRole(name, policy, Map.of("token_ttl", ttl, "token_max_ttl", longest));
    }

    private VaultAuthentication.AppRole appRole(String called, String policy, Map<String, String> lives) {
        operator.write("sys/policies/acl/" + called, Map.of("policy", policy));
        var settings = new HashMap<String, String>(lives);
        settings.put("token_policies", called);
        operator.write("auth/approle/role/" + called, settings);
        var role = operator.read("auth/approle/role/" + called + "/role-id");
        var secret = operator.write("auth/approle/role/" + called + "/secret-id", Map.of("metadata", "{}"));
        return new VaultAuthentication.AppRole(
                "approle",
                role.get("data").asObject().get("role_id").asString(),
                secret.get("data").asObject().get("secret_id").asString());
    }

    private void databaseRole(String ttl, String longest) {
        var postgres = PostgresServer.shared();
        var at = postgres.endpoint("postgres");
        operator.write(
                "database/config/" + name,
                Map.of(
                        "plugin_name",
                        "postgresql-database-plugin",
                        "allowed_roles",
                        "*",
                        "connection_url",
                        "postgresql://{{username}}:{{password}}@" + at.host() + ":" + at.port() + "/postgres",
                        "username",
                        postgres.superuser().user(),
                        "password",
                        postgres.superuser().password()));
        operator.write(
                "database/roles/lane-" + name,
                Map.of(
                        "db_name", name,
                        "default_ttl", ttl,
                        "max_ttl", longest,
                        "creation_statements",
                                List.of("CREATE ROLE \"{{name}}\" LOGIN NOINHERIT PASSWORD '{{password}}'"
                                        + " VALID UNTIL '{{expiration}}'"),
                        "revocation_statements", List.of("DROP ROLE IF EXISTS \"{{name}}\"")));
    }

    private static String session(PostgresLogin login) {
        try (var session = AdministrativeSession.open(PostgresServer.shared().endpoint("postgres"), login)) {
            return session.query("SELECT session_user::text", row -> row.getString(1))
                    .getFirst();
        }
    }
}
