package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.secrets.CertificateLease;
import dev.rowhouse.platform.secrets.IssuedCertificate;
import dev.rowhouse.platform.secrets.SecretsError;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslStoreBundle;
import reactor.util.retry.Retry;

/**
 * The bundle {@code vault}, for {@code server.ssl.bundle} and {@code management.server.ssl.bundle}: each certificate that
 * follows is shown to whoever connects from then on, and connections that are open stay. Without a first certificate no port
 * can be opened, so the start waits while Vault is sealed or away; a permission that is missing, or a role, ends it.
 */
final class IssuedBundle implements SslBundleRegistrar {

    static final String NAME = "vault";

    private static final Logger log = LoggerFactory.getLogger(IssuedBundle.class);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int LOOKS_PER_LINE = 10;

    private final CertificateLease lease;
    private final BackgroundWork background;

    IssuedBundle(CertificateLease lease, BackgroundWork background) {
        this.lease = lease;
        this.background = background;
    }

    @Override
    public void registerBundles(SslBundleRegistry registry) {
        registry.registerBundle(NAME, bundle(first()));
        lease.start(background, next -> registry.updateBundle(NAME, bundle(next)));
    }

    private IssuedCertificate first() {
        return lease.first()
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, LOOK)
                        .filter(failure -> failure instanceof SecretsError error && error.isTemporary())
                        .doBeforeRetry(IssuedBundle::tell))
                .toFuture()
                .join();
    }

    private static void tell(Retry.RetrySignal signal) {
        if (signal.totalRetries() % LOOKS_PER_LINE == 0) {
            log.warn(
                    "the start waits for the certificate of this process: {}",
                    signal.failure().getMessage());
        }
    }

    private static SslBundle bundle(IssuedCertificate issued) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            // It never leaves the process, and whoever reads its memory has the key anyhow.
            store.setKeyEntry(NAME, issued.key(), new char[0], issued.chain().toArray(Certificate[]::new));
            return SslBundle.of(SslStoreBundle.of(store, "", null));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK keeps keys in PKCS#12", e);
        }
    }
}
