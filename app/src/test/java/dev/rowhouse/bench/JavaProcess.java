package dev.rowhouse.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A JVM with this one's class path, which says {@link #READY} when it serves and then takes lines and answers each with one. */
final class JavaProcess implements AutoCloseable {

    static final String READY = "ready";

    /** Stands before an answer, which so differs from a log's line. */
    static final String ANSWER = "answer: ";

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private JavaProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** @param settings of Spring, handed over in a file because some are secret */
    static JavaProcess start(Class<?> main, Map<String, String> settings, Path workDirectory) {
        var name = main.getSimpleName();
        try {
            var file = Files.writeString(
                    workDirectory.resolve(name + ".properties"),
                    settings.entrySet().stream()
                            .map(setting -> setting.getKey() + "=" + setting.getValue())
                            .collect(Collectors.joining("\n")));
            var log = workDirectory.resolve(name + ".log").toFile();
            var process = new ProcessBuilder(command(main, file))
                    .redirectError(Redirect.appendTo(log))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            var started = new JavaProcess(process);
            started.await(READY);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Class<?> main, Path settings) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("-Xmx512m", "-XX:+UseParallelGC", "--enable-native-access=ALL-UNNAMED"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        var profiler = System.getProperty("bench.jvm");
        if (profiler != null) {
            command.addAll(List.of(profiler.split(" ")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.add("--spring.config.additional-location=file:" + settings);
        command.add("--spring.main.banner-mode=off");
        command.add("--logging.level.root=WARN");
        return command;
    }

    long pid() {
        return process.pid();
    }

    /** Sends a line and returns the line that the process answers with. */
    String ask(String question) {
        try {
            input.write(question + "\n");
            input.flush();
            var line = line();
            while (!line.startsWith(ANSWER)) {
                System.out.println(line);
                line = line();
            }
            return line.substring(ANSWER.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(String expected) throws IOException {
        var line = line();
        while (!line.equals(expected)) {
            System.out.println(line);
            line = line();
        }
    }

    private String line() throws IOException {
        var line = output.readLine();
        if (line == null) {
            throw new IllegalStateException("the process ended; see its log");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
