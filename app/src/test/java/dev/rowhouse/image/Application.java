package dev.rowhouse.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The application's jar, taken apart by its own tools: an AOT cache takes classes from plain jars alone. */
final class Application {

    private Application() {}

    /** @param target where Maven left the jar */
    static void extract(ImageRoot root, Path target) throws IOException {
        var jar = executable(target);
        var application = root.resolve(ImageRoot.APPLICATION);
        Command.run(
                root.directory(),
                List.of(
                        root.resolve(ImageRoot.RUNTIME).resolve("bin/java").toString(),
                        "-Djarmode=tools",
                        "-jar",
                        jar.toAbsolutePath().toString(),
                        "extract",
                        "--destination",
                        application.toString()));
        Files.move(application.resolve(jar.getFileName()), application.resolve(ImageRoot.JAR));
    }

    private static Path executable(Path target) throws IOException {
        try (var jars = Files.newDirectoryStream(target, "app-*.jar")) {
            for (var jar : jars) {
                if (!jar.toString().endsWith("-tests.jar")) {
                    return jar;
                }
            }
        }
        throw new IllegalStateException(
                "no jar of the application in " + target.toAbsolutePath() + "; 'mvn -Pimage' packages it first");
    }
}
