package dev.rowhouse.app.outage;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** {@link MortalApp} in a JVM of its own. */
public final class MortalProcess implements AutoCloseable {

    private static final int SIGKILLED = 128 + 9;
    private static final long PATIENCE_SECONDS = 30;
    private static final int LAST_LINES = 30;

    private final Process process;
    private final BufferedReader output;
    private final File log;
    private final int port;

    private MortalProcess(Process process, File log) {
        this.process = process;
        this.log = log;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.port = Integer.parseInt(await("ready "));
    }

    /** @param settings of Spring; handed over in the environment because some are secret */
    public static MortalProcess start(Map<String, Object> settings, File log) {
        return start(StartCache.options(training -> train(training, settings, log)), settings, log);
    }

    private static MortalProcess start(List<String> options, Map<String, Object> settings, File log) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m", "-Xmn64m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.add(MortalApp.class.getName());
        var builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(log));
        builder.environment().put("SPRING_APPLICATION_JSON", new JsonMapper().writeValueAsString(settings));
        try {
            return new MortalProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void train(List<String> options, Map<String, Object> settings, File log) {
        try (var process = start(options, settings, log)) {
            process.order(MortalApp.END);
            process.awaitEnd();
        }
    }

    // It has more to write down than to do, and what nobody reads would fill its pipe.
    private void awaitEnd() {
        output.lines().forEach(_ -> {});
        if (!ends() || process.exitValue() != 0) {
            throw new IllegalStateException("the process did not end in order; its log is " + log);
        }
    }

    private boolean ends() {
        try {
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Lets the next operation that reaches the failpoint stop there. */
    void arm(String failpoint) {
        order(failpoint);
        await("armed " + failpoint);
    }

    private void order(String line) {
        try {
            var input = process.outputWriter(StandardCharsets.UTF_8);
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the armed failpoint is reached. */
    void awaitReached(String failpoint) {
        await("reached " + failpoint);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process as {@code kill -9} does; fails if it was dead before. */
    public void kill() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process had ended before with " + process.exitValue());
        }
        close();
        if (process.exitValue() != SIGKILLED) {
            throw new IllegalStateException("the process ended with " + process.exitValue());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    // The application's own log lines go to the same output.
    private String await(String beginning) {
        var last = new ArrayDeque<String>();
        try {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(beginning)) {
                    return line.substring(beginning.length());
                }
                last.add(line);
                if (last.size() > LAST_LINES) {
                    last.remove();
                }
            }
            ends();
            throw new IllegalStateException("the process ended before '" + beginning + "'; its log is " + log
                    + ", and it said last\n" + String.join("\n", last));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
