package dev.rowhouse.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Builds the image of the jar that lies in {@code target}; {@code mvn -Pimage} starts it.
 *
 * <p>System properties: {@code image.name} is the name in the file, {@code image.prove} has it started as a
 * container runtime would, {@code image.measure} has start-ups measured.
 */
public final class ImageBuild {

    private static final Path TARGET = Path.of("target");

    private ImageBuild() {}

    public static void main(String[] arguments) {
        System.setProperty("logging.level.root", "WARN");
        try {
            build();
            System.exit(0);
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void build() throws IOException {
        var directory = Files.createDirectories(TARGET.resolve("image")).toAbsolutePath();
        say("linking the Java runtime, and taking the C library that it needs");
        var root = ImageRoot.emptied(directory.resolve("root"));
        JavaRuntime.link(root);
        CLibrary.copy(root);
        say("taking the application apart");
        Application.extract(root, TARGET);
        root.settle();
        var scratch = Files.createTempDirectory("rowhouse-image");
        var log = directory.resolve("training.log");
        try (var servers = new Servers(scratch)) {
            say("training the AOT cache");
            Training.run(root, servers, log);
            root.settle();
            var image = ImageFile.write(
                    root,
                    System.getProperty("image.name"),
                    directory.resolve("rowhouse.tar"),
                    scratch.resolve("layers"));
            say(image.name() + " is in " + image.file() + ", " + (Files.size(image.file()) >> 20) + " MiB, "
                    + image.digest());
            if (Boolean.getBoolean("image.prove")) {
                say("starting what was unpacked of it");
                say(Proof.of(image, servers, scratch, directory.resolve("proof.log")));
            }
            if (Boolean.getBoolean("image.measure")) {
                say("measuring start-ups");
                System.out.println(StartUps.measured(root, servers, log));
            }
        }
    }

    private static void say(String text) {
        System.out.println("Image: " + text);
    }
}
