package dev.rowhouse.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A program that runs to its end. */
final class Command {

    private Command() {}

    /** Returns what the program printed; fails with that if it did not end well. */
    static String run(Path directory, List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.onExit().join().exitValue();
        if (status != 0) {
            throw new IllegalStateException(command.getFirst() + " ended with " + status + ": " + output);
        }
        return output;
    }
}
