package dev.rowhouse.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link KafkaServer} in a process of its own, which can be killed and started again over the same topics. */
public final class KafkaProcess implements AutoCloseable {

    private static final String READY = "ready";

    private final Path directory;
    private final int port;
    private final int advertisedPort;
    private @Nullable Process process;

    private KafkaProcess(Path directory, int port, int advertisedPort) {
        this.directory = directory;
        this.port = port;
        this.advertisedPort = advertisedPort;
    }

    /** Starts a server whose clients reach it directly. */
    public static KafkaProcess start(Path directory) {
        int port = FreePort.any();
        return start(directory, port, port);
    }

    /** Starts a server on {@code port} whose clients reach it through {@code proxy}, wherever they begin. */
    public static KafkaProcess behind(FaultProxy proxy, int port, Path directory) {
        return start(directory, port, proxy.port());
    }

    private static KafkaProcess start(Path directory, int port, int advertisedPort) {
        var kafka = new KafkaProcess(directory, port, advertisedPort);
        kafka.start();
        return kafka;
    }

    /** Starts it again after {@link #kill} or {@link #stop}; returns when it takes connections. */
    public void start() {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Node.class.getName()));
        command.addAll(List.of(directory.toString(), Integer.toString(port), Integer.toString(advertisedPort)));
        var log = directory.resolveSibling(directory.getFileName() + ".log").toFile();
        try {
            var started = new ProcessBuilder(command)
                    .redirectError(Redirect.appendTo(log))
                    .start();
            process = started;
            awaitReady(started.inputReader(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitReady(BufferedReader output) throws IOException {
        for (var line = output.readLine(); !READY.equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IOException("Kafka does not start");
            }
        }
        // A full pipe would hold it up.
        Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {}));
    }

    /** Returns the address that clients begin with. */
    public String bootstrapServer() {
        return "127.0.0.1:" + advertisedPort;
    }

    /** Returns the address of the server itself, whatever is before it. */
    public int port() {
        return port;
    }

    /** Kills it as {@code kill -9} does. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Stops it in order. */
    public void stop() {
        if (process != null) {
            process.destroy();
            process.onExit().join();
        }
    }

    @Override
    public void close() {
        kill();
    }

    static final class Node {

        public static void main(String[] arguments) throws IOException {
            var port = Integer.parseInt(arguments[1]);
            var server = KafkaServer.start(Path.of(arguments[0]), port, Integer.parseInt(arguments[2]));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            System.out.println(READY);
            // Until whoever started it is gone.
            while (System.in.read() >= 0) {}
            Runtime.getRuntime().halt(0);
        }
    }
}
