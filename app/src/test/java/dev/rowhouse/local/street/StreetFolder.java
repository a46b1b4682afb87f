package dev.rowhouse.local.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder {@code .rowhouse} at the root of the project, with all that a local run keeps. One run at a time has it. */
record StreetFolder(Path path) {

    private static final String NAME = ".rowhouse";
    private static final String BUILD_FILE = "pom.xml";

    /** Returns the folder of the project that {@code start} lies in: its root is the topmost of the nested build files. */
    static StreetFolder above(Path start) {
        var root = start.toAbsolutePath().normalize();
        while (root.getParent() != null && Files.exists(root.getParent().resolve(BUILD_FILE))) {
            root = root.getParent();
        }
        try {
            return new StreetFolder(Files.createDirectories(root.resolve(NAME)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Takes the folder until the JVM ends, however it ends; fails when another run has it. */
    FileLock lock() {
        try {
            var lock = FileChannel.open(resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .tryLock();
            if (lock == null) {
                throw new StreetBlocked("A street is already running from " + path + ". Stop it first (Ctrl-C there).");
            }
            return lock;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
