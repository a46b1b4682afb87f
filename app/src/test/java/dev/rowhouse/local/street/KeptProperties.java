package dev.rowhouse.local.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A properties file that only its owner may read. A change is on disk, whole, before {@link #put} returns. */
final class KeptProperties {

    private final Path file;
    private final Properties values = new Properties();

    KeptProperties(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                values.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.getProperty(name));
    }

    /** Returns the kept value; without one, keeps and returns what {@code first} makes. */
    String getOrKeep(String name, Supplier<String> first) {
        @Nullable String kept = values.getProperty(name);
        if (kept != null) {
            return kept;
        }
        put(name, first.get());
        return values.getProperty(name);
    }

    void put(String name, String value) {
        values.setProperty(name, value);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            var written =
                    Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new", ownerOnly);
            try (var writer = Files.newBufferedWriter(written)) {
                values.store(writer, null);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
