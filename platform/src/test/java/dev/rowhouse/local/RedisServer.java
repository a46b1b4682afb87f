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
import java.util.concurrent.locks.LockSupport;
import redis.embedded.core.ExecutableProvider;

/** A real Redis that writes each change to its append-only file. */
public final class RedisServer implements Breakable, AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Path directory;
    private final int port;
    private final Brake brake = new Brake();
    private volatile Process process;

    private RedisServer(Path directory, int port) throws IOException {
        this.directory = directory;
        this.port = port;
        this.process = launch();
    }

    /**
     * Starts a server that keeps its data in {@code directory}; one left over from an earlier run is stopped first.
     *
     * @param preferredPort the next free one is taken where it is in use
     */
    public static RedisServer keeping(Path directory, int preferredPort) {
        OrphanedServer.stop(pidFile(directory), "redis", configurationFile(directory));
        int port = FreePort.from(preferredPort);
        try {
            Files.createDirectories(directory);
            Files.writeString(configurationFile(directory), configuration(directory, port));
            return new RedisServer(directory, port);
        } catch (IOException e) {
            throw new UncheckedIOException("Redis does not start", e);
        }
    }

    private Process launch() throws IOException {
        var log = directory.resolve("server.log").toFile();
        var launched = new ProcessBuilder(
                        executable(directory).toString(),
                        configurationFile(directory).toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log))
                .start();
        Files.writeString(pidFile(directory), Long.toString(launched.pid()));
        awaitReady(launched);
        return launched;
    }

    private static Path pidFile(Path directory) {
        return directory.resolve("redis.pid");
    }

    private static Path configurationFile(Path directory) {
        return directory.resolve("redis.conf");
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

    private void awaitReady(Process launched) throws IOException {
        var deadline = Instant.now().plus(START_TIMEOUT);
        while (!answers(port)) {
            if (!launched.isAlive() || Instant.now().isAfter(deadline)) {
                launched.destroy();
                throw new IOException("Redis does not answer on port " + port);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    static boolean answers(int port) {
        try (var socket = new Socket()) {
            // Chosen before: where nobody listens yet, a socket may be given the very port that it connects to, reaches
            // itself, and keeps the server from it.
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            socket.setSoTimeout(500);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void pause() {
        brake.hold(process.toHandle());
    }

    @Override
    public void goOn() {
        brake.release();
    }

    @Override
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void startAgain() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException("Redis does not start again", e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        brake.close();
        process.destroy();
        try {
            if (process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                Files.deleteIfExists(pidFile(directory));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
