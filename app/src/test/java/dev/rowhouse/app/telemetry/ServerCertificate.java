package dev.rowhouse.app.telemetry;

import dev.rowhouse.app.RunningApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The certificate by which an application of the tests ends TLS, in a file that is watched. */
final class ServerCertificate {

    private static final String PASSWORD = "of the store";

    private final Path folder;
    private final Path store;

    ServerCertificate(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("edge.p12");
    }

    /** Puts a new one in the place of the one before. */
    void issue(Duration life) {
        var fresh = folder.resolve(UUID.randomUUID() + ".p12");
        try {
            var keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "edge",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=rows.test",
                            "-validity",
                            Long.toString(life.toDays()),
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            fresh.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            var said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
            Files.move(fresh, store, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Map<String, Object> settings() {
        return Map.of(
                "server.ssl.bundle",
                "edge",
                "management.server.ssl.enabled",
                false,
                "spring.ssl.bundle.jks.edge.keystore.location",
                store.toUri(),
                "spring.ssl.bundle.jks.edge.keystore.password",
                PASSWORD,
                "spring.ssl.bundle.jks.edge.keystore.type",
                "PKCS12",
                "spring.ssl.bundle.jks.edge.reload-on-update",
                true,
                "spring.ssl.bundle.watch.file.quiet-period",
                "200ms");
    }

    /** Returns how long the certificate lives that the application shows its clients. */
    static Duration shownBy(RunningApp app) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Credulous()}, null);
            try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", app.port())) {
                var shown = (X509Certificate)
                        List.of(socket.getSession().getPeerCertificates()).getFirst();
                return Duration.between(Instant.now(), shown.getNotAfter().toInstant());
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks at certificates of its own making only. */
    private static final class Credulous implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
