package dev.rowhouse.app;

import dev.rowhouse.platform.secrets.Secret;
import dev.rowhouse.platform.secrets.SecretsError;
import dev.rowhouse.platform.secrets.VaultServer;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.config.ConfigData;
import org.springframework.boot.context.config.ConfigDataLoader;
import org.springframework.boot.context.config.ConfigDataLoaderContext;
import reactor.util.retry.Retry;

/**
 * Reads configuration from Vault before anything else begins. While Vault is sealed or away the start waits for it and says
 * so; a permission that is missing, or a secret, ends it.
 */
final class VaultLocationLoader implements ConfigDataLoader<VaultLocation> {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int LOOKS_PER_LINE = 10;

    @Override
    public ConfigData load(ConfigDataLoaderContext context, VaultLocation location) {
        try (var vault = new VaultServer(location.vault())) {
            return new ConfigData(List.of(new VaultPropertySource(location, read(vault, location))));
        }
    }

    private static Secret read(VaultServer vault, VaultLocation location) {
        return vault.keyValues(location.mount())
                .read(location.path())
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, LOOK)
                        .filter(failure -> failure instanceof SecretsError error && error.isTemporary())
                        .doBeforeRetry(signal -> tell(location, signal)))
                .toFuture()
                .join();
    }

    // The log is set up by the configuration that is waited for.
    private static void tell(VaultLocation location, Retry.RetrySignal signal) {
        if (signal.totalRetries() % LOOKS_PER_LINE == 0) {
            System.err.println("Rowhouse waits for its configuration at " + location + ": "
                    + signal.failure().getMessage());
        }
    }
}
