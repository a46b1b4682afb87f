package dev.rowhouse.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/** A real Redis that writes each change to its append-only file. */
public final class RedisServer implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Process process;
    private final Path pidFile;
    private final int port;

    private RedisServer(Process process, Path pidFile, int port) {
        this.process = process;
        this.pidFile = pidFile;
        this.port = port;
    }

    /**
     * Starts a server that keeps its data in {@code directory}; one left over from an earlier run is stopped first.
     *
     * @param preferredPort the next free one is taken where it is in use
     */
    public static RedisServer keeping(Path directory, int preferredPort) {
        var pidFile = directory.resolve("redis.pid");
        var configuration = directory.resolve("redis.conf");
        OrphanedServer.stop(pidFile, "redis", configuration);
        int port = FreePort.from(preferredPort);
        try {
            Files.createDirectories(directory);
            Files.writeString(configuration, configuration(directory, port));
            var process = new ProcessBuilder(executable(directory).toString(), configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            Redirect.appendTo(directory.resolve("server.log").toFile()))
                    .start();
            Files.writeString(pidFile, Long.toString(process.pid()));
            var server = new RedisServer(process, pidFile, port);
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis does not start", e);
        }
    }

    // The title stays as started: it names the configuration file, by which a left-over server is recognised.
    private static String configuration(Path directory, int port) {
        return """
                bind 127.0.0.1
                port %d
                dir "%s"
                appendonly yes
                maxmemory 64mb
                maxmemory-policy noeviction
                set-proc-title no
                """.formatted(port, directory);
    }

    private static Path executable(Path directory) throws IOException {
        var folder = directory.resolve("bin");
        Files.createDirectories(folder);
        return ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
    }

    private void awaitReady() throws IOException {
        var deadline = Instant.now().plus(START_TIMEOUT);
        while (!answers()) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                process.destroy();
                throw new IOException("Redis does not answer on port " + port);
            }
            Thread.onSpinWait();
        }
    }

    private boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            socket.setSoTimeout(500);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** Lets it hang until {@link #goOn}: it takes what it is sent and answers nothing. */
    public void pause() {
        signal("STOP");
    }

    public void goOn() {
        signal("CONT");
    }

    /** Kills it as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        goOn();
        process.destroy();
        try {
            if (process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                Files.deleteIfExists(pidFile);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
