package dev.rowhouse.local.street;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the user sees while the street comes up: a line for each thing that is ready, with the time since the command. */
final class StreetProgress {

    private final PrintStream out;
    private final Instant start;

    private StreetProgress(PrintStream out, Instant start) {
        this.out = out;
        this.start = start;
    }

    /** Counts from the start of the build tool that started this process, or else from the start of this process. */
    static StreetProgress sinceTheCommand(PrintStream out) {
        var self = ProcessHandle.current();
        var command = self.parent()
                .filter(parent -> parent.info().command().orElse("").endsWith("java"))
                .orElse(self);
        return new StreetProgress(out, command.info().startInstant().orElseGet(Instant::now));
    }

    Duration elapsed() {
        return Duration.between(start, Instant.now());
    }

    void line(String text) {
        out.println(String.format(Locale.ROOT, "  %5.1f s  %s", elapsed().toMillis() / 1000.0, text));
    }

    /** Tells that {@code what} listens; a port other than the usual one is explained. */
    void listening(String what, int port, int usualPort) {
        line(
                port == usualPort
                        ? what + " listens on port " + port
                        : what + " listens on port " + port + ", because port " + usualPort + " is in use");
    }

    void print(String text) {
        out.println(text);
    }
}
