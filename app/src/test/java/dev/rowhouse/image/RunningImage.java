package dev.rowhouse.image;

import dev.rowhouse.local.FreePort;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** The application as the image starts it, from the image's files and by the image's runtime, on this machine. */
final class RunningImage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final int TERMINATED = 128 + 15;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final int managementPort;
    private final Path log;

    private RunningImage(Process process, int port, int managementPort, Path log) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
        this.log = log;
    }

    /**
     * Starts the application and returns when it is ready.
     *
     * @param options of the JVM
     * @param log to write the output to
     */
    static RunningImage start(ImageRoot root, List<String> options, Servers servers, Path log) throws IOException {
        var java = root.resolve(ImageRoot.RUNTIME).resolve("bin/java").toString();
        return start(Launch.command(java, options), root.resolve(ImageRoot.APPLICATION), Map.of(), servers, log);
    }

    /**
     * Starts the application by a command of any kind and returns when it is ready.
     *
     * @param variables all but the application's settings
     */
    static RunningImage start(
            List<String> command, Path directory, Map<String, String> variables, Servers servers, Path log)
            throws IOException {
        int port = FreePort.any();
        int managementPort = FreePort.any();
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.environment()
                .put(
                        "SPRING_APPLICATION_JSON",
                        JsonMapper.shared().writeValueAsString(servers.settings(port, managementPort)));
        var running = new RunningImage(builder.start(), port, managementPort, log);
        running.awaitReady();
        return running;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IllegalStateException("the application is not ready; its log is " + log);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private boolean isReady() {
        var readiness = URI.create("http://localhost:" + managementPort + "/actuator/health/readiness");
        try {
            return http.send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process as Kubernetes does, and waits for all that it does at its end. */
    void terminate() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != TERMINATED) {
                close();
                throw new IllegalStateException("the application did not end well; its log is " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        http.close();
    }
}
