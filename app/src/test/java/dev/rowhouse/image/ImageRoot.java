package dev.rowhouse.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The image's files in a folder that stands for {@code /}.
 *
 * <p>All files bear one time, the one that they have in the image: an AOT cache is refused where a jar's or the runtime's
 * differs from what was trained with.
 */
record ImageRoot(Path directory) {

    /** One second past the epoch: some tools take the epoch itself for no time at all. */
    static final Instant TIME = Instant.ofEpochSecond(1);

    /** Where the runtime lies. */
    static final String RUNTIME = "opt/java";

    /** Where the application lies, and is started. */
    static final String APPLICATION = "opt/rowhouse";

    static final String JAR = "rowhouse.jar";
    static final String AOT_CACHE = "rowhouse.aot";

    private static final String LIBRARIES = APPLICATION + "/lib/";

    /** What changes together, from the bottom up: the seldomest first, so that most of a new image is there already. */
    enum Layer {
        C_LIBRARY(path -> !path.startsWith("opt/")),
        RUNTIME(path -> path.startsWith(ImageRoot.RUNTIME + "/")),
        DEPENDENCIES(path -> path.startsWith(LIBRARIES) && !isOurs(path)),
        APPLICATION(
                path -> path.equals(ImageRoot.APPLICATION + "/" + JAR) || path.startsWith(LIBRARIES) && isOurs(path)),
        AOT_CACHE(path -> path.equals(ImageRoot.APPLICATION + "/" + ImageRoot.AOT_CACHE));

        private final Predicate<String> holds;

        Layer(Predicate<String> holds) {
            this.holds = holds;
        }

        private static boolean isOurs(String path) {
            return path.startsWith(LIBRARIES + "platform-") || path.startsWith(LIBRARIES + "tenancy-");
        }
    }

    /** Returns an empty root at the folder, whatever was there before. */
    static ImageRoot emptied(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return new ImageRoot(Files.createDirectories(directory).toAbsolutePath());
    }

    Path resolve(String path) {
        return directory.resolve(path);
    }

    /** Returns the files of a layer in the order of their names. */
    List<Path> files(Layer layer) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> layer.holds.test(directory.relativize(file).toString()))
                    .sorted()
                    .toList();
        }
    }

    /** Gives each file the time that it has in the image, and makes a file of each symbolic link. */
    void settle() throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.toList()) {
                if (Files.isSymbolicLink(file)) {
                    var content = Files.readAllBytes(file);
                    Files.delete(file);
                    Files.write(file, content);
                }
                Files.setLastModifiedTime(file, FileTime.from(TIME));
            }
        }
    }
}
