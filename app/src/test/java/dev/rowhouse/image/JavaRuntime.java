package dev.rowhouse.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The part of this JDK that the application runs on, linked by {@code jlink}; tools to look at a running process with it. */
final class JavaRuntime {

    /** Spring finds its way by names, so the modules are not computed: all of Java SE, and of the JDK what is used by name. */
    private static final List<String> MODULES = List.of(
            "java.se",
            "jdk.crypto.ec",
            "jdk.jcmd",
            "jdk.jfr",
            "jdk.management",
            "jdk.naming.dns",
            "jdk.net",
            "jdk.unsupported",
            "jdk.zipfs");

    private JavaRuntime() {}

    static void link(ImageRoot root) throws IOException {
        var java = root.resolve(ImageRoot.RUNTIME);
        Files.createDirectories(java.getParent());
        Command.run(
                root.directory(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                        "--add-modules",
                        String.join(",", MODULES),
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        java.toString()));
    }
}
