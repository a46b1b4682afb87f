package dev.rowhouse.app.outage;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a JVM remembers of the application's classes, loaded and linked (JEP 514), so that a process that will be killed has
 * begun its work sooner. Made once for the classes as they are, by whoever comes first; another JVM of the tests waits for it.
 */
final class StartCache {

    private static final Path FOLDER = Path.of("target", "start-cache");

    private static @Nullable List<String> known;

    private StartCache() {}

    /**
     * Returns what a JVM is started with.
     *
     * @param training runs a JVM with the options that it is given, from its start to an end in order
     */
    static synchronized List<String> options(Consumer<List<String>> training) {
        if (known == null) {
            known = found(training);
        }
        return known;
    }

    private static List<String> found(Consumer<List<String>> training) {
        try {
            Files.createDirectories(FOLDER);
            try (var lock = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = lock.lock()) {
                var classPath = classPath();
                var cache = FOLDER.resolve("mortal-" + Integer.toHexString(classPath.hashCode()) + ".aot");
                if (!Files.exists(cache)) {
                    var half = FOLDER.resolve("half.aot");
                    training.accept(List.of("-XX:AOTCacheOutput=" + half, "-cp", classPath));
                    Files.move(half, cache, StandardCopyOption.ATOMIC_MOVE);
                }
                return List.of("-XX:AOTCache=" + cache, "-cp", classPath);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The cache remembers classes of jars alone.
    private static String classPath() throws IOException {
        var entries = new ArrayList<String>();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            entries.add(Files.isDirectory(Path.of(entry)) ? jar(Path.of(entry)) : entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    // Its name says what is in it: classes that were compiled anew are in another one.
    private static String jar(Path classes) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(path -> !path.equals(classes)).sorted().toList();
        }
        var state = classes.toString().hashCode();
        for (var file : files) {
            state = 31 * state + file.hashCode();
            state = 31 * state + Files.getLastModifiedTime(file).hashCode();
        }
        var jar = FOLDER.resolve("classes-" + Integer.toHexString(state) + ".jar");
        if (!Files.exists(jar)) {
            var half = FOLDER.resolve("half.jar");
            pack(classes, files, half);
            Files.move(half, jar, StandardCopyOption.ATOMIC_MOVE);
        }
        return jar.toString();
    }

    private static void pack(Path classes, List<Path> files, Path jar) throws IOException {
        try (var output = new JarOutputStream(Files.newOutputStream(jar))) {
            for (var file : files) {
                // Folders too: who looks for the classes of a package asks for its folder.
                var name = classes.relativize(file).toString().replace(File.separatorChar, '/');
                output.putNextEntry(new ZipEntry(Files.isDirectory(file) ? name + "/" : name));
                if (Files.isRegularFile(file)) {
                    Files.copy(file, output);
                }
                output.closeEntry();
            }
        }
    }
}
