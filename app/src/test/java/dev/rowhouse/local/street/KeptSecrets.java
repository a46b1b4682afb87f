package dev.rowhouse.local.street;

import dev.rowhouse.platform.secrets.KeyValues;
import dev.rowhouse.platform.secrets.SealedFile;
import dev.rowhouse.platform.secrets.Secret;
import dev.rowhouse.platform.secrets.SecretsError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Secrets of a local run, one of those in its sealed file, which stands where an installation has its Vault. A change is on
 * disk, whole, before {@link #put} returns.
 */
final class KeptSecrets {

    private static final String SEALED = "secrets.sealed";
    private static final String KEY = "secrets.key";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KeyValues secrets;
    private final String path;
    private final Map<String, String> values;
    private long version;

    private KeptSecrets(KeyValues secrets, Secret newest) {
        this.secrets = secrets;
        this.path = newest.path();
        this.values = new HashMap<>(newest.values());
        this.version = newest.version();
    }

    /** Opens those of that name; none yet on a first run. */
    static KeptSecrets in(StreetFolder folder, String name, Map<String, String> environment) {
        var sealed = folder.resolve(SEALED);
        var key = StreetKey.of(folder.resolve(KEY), sealed, environment);
        var secrets = new SealedFile(sealed, key);
        try {
            var newest = secrets.read(name)
                    .onErrorResume(SecretsError.Missing.class, _ -> Mono.just(new Secret(name, 0, Map.of())))
                    .block(PATIENCE);
            var kept = new KeptSecrets(secrets, newest);
            kept.takeOver(folder.resolve(name + ".properties"));
            return kept;
        } catch (SecretsError.Unreadable e) {
            throw new StreetBlocked(e.getMessage() + ". Put back the file as it was, or its key (" + folder.resolve(KEY)
                    + ", or the variable " + StreetKey.VARIABLE
                    + "), or delete the folder .rowhouse to begin anew, without its data.");
        }
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Returns the kept value; without one, keeps and returns what {@code first} makes. */
    String getOrKeep(String name, Supplier<String> first) {
        var kept = values.get(name);
        if (kept != null) {
            return kept;
        }
        var made = first.get();
        put(name, made);
        return made;
    }

    void put(String name, String value) {
        values.put(name, value);
        write();
    }

    private void write() {
        version = secrets.write(path, values, version).block(PATIENCE);
    }

    // Runs before these were sealed kept them as they are.
    private void takeOver(Path plain) {
        if (!Files.exists(plain)) {
            return;
        }
        var before = new Properties();
        try (var reader = Files.newBufferedReader(plain)) {
            before.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        before.stringPropertyNames().forEach(name -> values.putIfAbsent(name, before.getProperty(name)));
        write();
        try {
            Files.delete(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
