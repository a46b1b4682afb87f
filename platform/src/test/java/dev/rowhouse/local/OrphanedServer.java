package dev.rowhouse.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A server that outlived the JVM that had started it, found by its pid file.
 *
 * <p>The number in a pid file may belong to somebody else by now. A process is touched only when its command line names the
 * program and the directory that the pid file stands for.
 */
final class OrphanedServer {

    private static final int STOP_SECONDS = 30;

    private OrphanedServer() {}

    /** Stops the server of {@code pidFile} if it is ours and still runs, and removes a pid file that means nobody. */
    static void stop(Path pidFile, String program, Path directory) {
        pid(pidFile)
                .flatMap(ProcessHandle::of)
                .filter(process -> serves(process, program, directory))
                .ifPresent(OrphanedServer::interrupt);
        delete(pidFile);
    }

    private static boolean serves(ProcessHandle process, String program, Path directory) {
        var commandLine = process.info().commandLine().orElse("");
        return commandLine.contains(program) && commandLine.contains(directory.toString());
    }

    // SIGINT makes both PostgreSQL and Redis end their clients' connections, write what they hold, and exit. A process
    // that was held still does so only when it goes on, and PostgreSQL waits for each of its own.
    private static void interrupt(ProcessHandle process) {
        try {
            signal("CONT", Stream.concat(Stream.of(process), process.descendants()));
            signal("INT", Stream.of(process));
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "process " + process.pid() + " of an earlier run does not stop; stop it and start again", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void signal(String name, Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        processes.map(ProcessHandle::pid).map(String::valueOf).forEach(command::add);
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static Optional<Long> pid(Path pidFile) {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("[0-9]{1,10}"))
                    .map(Long::valueOf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path pidFile) {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
