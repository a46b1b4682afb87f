package dev.rowhouse.platform.secrets;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Secrets in one file, sealed by AES-256-GCM under a key that lies elsewhere: for a run on one machine without Vault. Keeps
 * the newest versions alone.
 */
public final class SealedFile implements KeyValues {

    private static final byte[] PURPOSE = "rowhouse sealed file 1".getBytes(StandardCharsets.UTF_8);
    private static final String VERSION = "version";

    private final Path file;
    private final byte[] key;

    /** @param key of 32 bytes */
    public SealedFile(Path file, byte[] key) {
        if (key.length != AesGcm.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "the key of " + file + " has " + key.length + " bytes (expected: " + AesGcm.KEY_BYTES + ")");
        }
        this.file = file;
        this.key = key.clone();
    }

    @Override
    public Mono<Secret> read(String path) {
        return blocking(() -> secret(path, opened()));
    }

    @Override
    public Mono<Long> version(String path) {
        return read(path).map(Secret::version);
    }

    @Override
    public Mono<Long> write(String path, Map<String, String> values, long expected) {
        return blocking(() -> written(path, values, expected));
    }

    // One at a time: each write is of the whole file.
    private synchronized long written(String path, Map<String, String> values, long expected)
            throws IOException, GeneralSecurityException {
        var all = opened();
        var known = find(path, all);
        var newest = known == null ? 0 : known.version();
        if (newest != expected) {
            throw new SecretsError.Refused(
                    path, 400, List.of("version " + expected + " was expected and " + newest + " is the newest"));
        }
        all.stringPropertyNames().stream()
                .filter(name -> name.startsWith(path + "#"))
                .forEach(all::remove);
        values.forEach((name, value) -> all.setProperty(path + "#." + name, value));
        all.setProperty(path + "#" + VERSION, Long.toString(newest + 1));
        seal(all);
        return newest + 1;
    }

    private static Secret secret(String path, Properties all) {
        var secret = find(path, all);
        if (secret == null) {
            throw new SecretsError.Missing(path);
        }
        return secret;
    }

    private static @Nullable Secret find(String path, Properties all) {
        var version = all.getProperty(path + "#" + VERSION);
        if (version == null) {
            return null;
        }
        var values = new HashMap<String, String>();
        var prefix = path + "#.";
        for (var name : all.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), all.getProperty(name));
            }
        }
        return new Secret(path, Long.parseLong(version), values);
    }

    private Properties opened() throws IOException, GeneralSecurityException {
        var all = new Properties();
        if (Files.exists(file)) {
            var content = AesGcm.opened(key, Files.readAllBytes(file), PURPOSE);
            all.load(new ByteArrayInputStream(content));
        }
        return all;
    }

    private void seal(Properties all) throws IOException, GeneralSecurityException {
        var content = new ByteArrayOutputStream();
        all.store(content, null);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var next = Files.createTempFile(file.toAbsolutePath().getParent(), "sealed", ".next", ownerOnly);
        Files.write(next, AesGcm.sealed(key, content.toByteArray(), PURPOSE));
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work)
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(
                        GeneralSecurityException.class,
                        _ -> new SecretsError.Unreadable(
                                file.toString(), "it was changed, or sealed under another key"))
                .onErrorMap(
                        IOException.class,
                        failure -> new SecretsError.Unreadable(
                                file.toString(), failure.getClass().getSimpleName()));
    }
}
