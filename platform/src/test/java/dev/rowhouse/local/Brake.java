package dev.rowhouse.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds the processes of a server still and lets them go on.
 *
 * <p>The signals are sent by a shell that this JVM speaks to. When nobody speaks to it any more, it lets go of what was
 * held last: a JVM that is killed leaves no server behind that hangs for ever. Ctrl-C does not end the shell.
 */
final class Brake implements AutoCloseable {

    private static final String SCRIPT = """
            trap '' INT TERM HUP
            held=
            while read -r signal pids; do
              held=$pids
              for pid in $pids; do kill -"$signal" "$pid" 2>/dev/null; done
              echo done
            done
            for pid in $held; do kill -CONT "$pid" 2>/dev/null; done
            """;

    private record Shell(Process process, Writer orders, BufferedReader answers) {}

    private @Nullable Shell shell;
    private List<Long> held = List.of();

    /** Holds {@code first}, and what it has started, until {@link #release}. */
    synchronized void hold(ProcessHandle first) {
        // Alone at first: what is held still starts no further process.
        send("STOP", List.of(first.pid()));
        held = Stream.concat(Stream.of(first), first.descendants())
                .map(ProcessHandle::pid)
                .toList();
        send("STOP", held);
    }

    synchronized void release() {
        if (!held.isEmpty()) {
            send("CONT", held);
            held = List.of();
        }
    }

    private void send(String signal, List<Long> pids) {
        try {
            var listening = shell == null ? start() : shell;
            shell = listening;
            var order = pids.stream().map(String::valueOf).collect(Collectors.joining(" ", signal + " ", "\n"));
            listening.orders().write(order);
            listening.orders().flush();
            if (listening.answers().readLine() == null) {
                throw new IOException("the shell that sends signals has ended");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Shell start() throws IOException {
        var process = new ProcessBuilder("sh", "-c", SCRIPT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Shell(
                process,
                process.outputWriter(StandardCharsets.US_ASCII),
                process.inputReader(StandardCharsets.US_ASCII));
    }

    @Override
    public synchronized void close() {
        release();
        var listening = shell;
        if (listening != null) {
            shell = null;
            try {
                listening.orders().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            listening.process().onExit().join();
        }
    }
}
