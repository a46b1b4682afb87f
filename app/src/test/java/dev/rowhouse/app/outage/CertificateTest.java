package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The application's own certificate, issued by Vault's stand-in, as clients see it that trust its root alone. */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class CertificateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A connection that asks again and again. */
    private record Connection(SSLSocket socket, BufferedReader answers) implements AutoCloseable {

        static Connection to(int port, SSLContext trust) throws IOException {
            var socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", port);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.startHandshake();
            return new Connection(
                    socket,
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
        }

        String serial() throws IOException {
            var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSerialNumber().toString(16);
        }

        String status() throws IOException {
            socket.getOutputStream()
                    .write("GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var status = String.valueOf(answers.readLine());
            var length = 0;
            for (var line = answers.readLine(); line != null && !line.isEmpty(); line = answers.readLine()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            answers.skip(length);
            return status;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private final PostgresServer server = PostgresServer.shared();
    private final VaultStandIn vault = VaultStandIn.start();
    private final VaultOperator operator = new VaultOperator(vault.address(), vault.rootToken());
    private SSLContext trust;
    private String token;

    @BeforeEach
    void makeRole() throws Exception {
        var root = operator.write(
                        "pki/root/generate/internal", Map.of("common_name", "root of the test", "ttl", "1000h"))
                .get("data")
                .asObject()
                .getString("certificate");
        trust = trusting(root);
        operator.write("pki/roles/rowhouse", Map.of("allowed_domains", "rowhouse.test", "allow_bare_domains", "true"));
        token = token("rowhouse", Files.readString(Path.of("..", "k8s", "vault", "rowhouse.hcl")));
    }

    @AfterEach
    void stop() {
        operator.close();
        vault.close();
    }

    @Test
    void aNewCertificateIsShownWhileAnOldConnectionGoesOn() throws Exception {
        try (var app = start(Map.of("rowhouse.certificate.life", "9s"));
                var old = Connection.to(app.port(), trust)) {
            var serials = new HashSet<String>();
            serials.add(old.serial());
            var asked = 0;
            for (var begun = System.nanoTime(); serials.size() < 3 && isEarly(begun); asked++) {
                assertThat(old.status()).startsWith("HTTP/1.1 404");
                try (var next = Connection.to(app.port(), trust)) {
                    assertThat(next.status()).startsWith("HTTP/1.1 404");
                    serials.add(next.serial());
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(serials).as("after %s requests", asked).hasSizeGreaterThan(2);
            assertThat(old.status()).startsWith("HTTP/1.1 404");
            assertThat(readiness(app)).contains("200").doesNotContain("certificate");
        }
    }

    @Test
    void whileVaultIsAwayTheCertificateServesToItsEndAndThenReadinessSaysWhy() throws Exception {
        try (var app = start(Map.of("rowhouse.certificate.life", "12s"))) {
            vault.seal();

            await().atMost(PATIENCE).until(() -> readiness(app).contains("could not be replaced"));
            await().atMost(PATIENCE).until(() -> readiness(app).startsWith("503"));
            assertThat(readiness(app)).contains("ended at").contains("Vault is sealed");

            vault.unseal();

            await().atMost(PATIENCE).until(() -> readiness(app).startsWith("200"));
            try (var client = Connection.to(app.port(), trust)) {
                assertThat(client.status()).startsWith("HTTP/1.1 404");
            }
        }
    }

    @Test
    void theStartWaitsForAVaultThatIsSealed(CapturedOutput output) throws Exception {
        vault.seal();
        try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            var starting = starts.submit(() -> start(Map.of()));
            await().atMost(PATIENCE)
                    .until(() -> output.getAll().contains("the start waits for the certificate of this process"));
            assertThat(output.getAll()).contains("Vault is sealed");

            vault.unseal();

            try (var app = starting.get();
                    var client = Connection.to(app.port(), trust)) {
                assertThat(client.status()).startsWith("HTTP/1.1 404");
            }
        }
        assertThat(output.getAll()).doesNotContain(token).doesNotContain("PRIVATE KEY");
    }

    @Test
    void aPermissionThatIsMissingEndsTheStartAndIsNamed() {
        var poor = token("poor", "path \"database/creds/*\" { capabilities = [\"read\"] }");

        assertThatThrownBy(() -> start(Map.of("rowhouse.vault.token", poor)))
                .rootCause()
                .hasMessageContaining("path \"pki/issue/rowhouse\" { capabilities = [\"update\"] }");
    }

    private String token(String policy, String rules) {
        operator.write("sys/policies/acl/" + policy, Map.of("policy", rules));
        return operator.write("auth/token/create", Map.of("policies", List.of(policy)))
                .get("auth")
                .asObject()
                .getString("client_token");
    }

    private RunningApp start(Map<String, Object> more) {
        var all = new HashMap<String, Object>(Map.of(
                "management.server.port", 0,
                "server.ssl.bundle", "vault",
                "management.server.ssl.enabled", "false",
                "rowhouse.vault.address", vault.address(),
                "rowhouse.vault.token", token,
                "rowhouse.certificate.role", "rowhouse",
                "rowhouse.certificate.common-name", "rowhouse.test",
                "rowhouse.certificate.addresses", "127.0.0.1"));
        all.putAll(more);
        return RunningApp.over(server.createDatabase("certified_" + System.nanoTime()), server.superuser(), all);
    }

    private static boolean isEarly(long begun) {
        return System.nanoTime() - begun < PATIENCE.toNanos();
    }

    private static String readiness(RunningApp app) {
        var answer = app.management()
                .get()
                .uri("/actuator/health/readiness")
                .exchange()
                .expectBody(String.class)
                .returnResult();
        return answer.getStatus().value() + " " + answer.getResponseBody();
    }

    private static SSLContext trusting(String pem) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "root",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
