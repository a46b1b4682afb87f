package dev.rowhouse.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JVM that starts servers and dies without a word. */
final class KilledJvm {

    static final String PASSWORD = "correct horse";

    static final int STATUS = 137;

    private KilledJvm() {}

    /** @param arguments directory, port, and {@code up} or {@code held} */
    public static void main(String[] arguments) throws IOException {
        var directory = Path.of(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        var postgres = PostgresServer.keeping(directory.resolve("postgres"), port, PASSWORD);
        postgres.execute("CREATE DATABASE kept");
        RedisServer.keeping(directory.resolve("redis"), port + 1);
        if (arguments[2].equals("held")) {
            postgres.pause();
            var pid = Files.readAllLines(directory.resolve("postgres/data/postmaster.pid"))
                    .getFirst();
            Files.writeString(directory.resolve("held"), state(pid));
        }
        Runtime.getRuntime().halt(STATUS);
    }

    /**
     * Lets one come and go.
     *
     * @param port of its PostgreSQL; Redis has the next
     * @param mode {@code up} or {@code held}
     * @return what it ended with
     */
    static int run(Path directory, int port, String mode) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledJvm.class.getName(),
                        directory.toString(),
                        Integer.toString(port),
                        mode)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
    }

    /** Returns the first letter of what the process table says of a process. */
    static String state(String pid) throws IOException {
        var ps = new ProcessBuilder("ps", "-o", "stat=", "-p", pid).start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).substring(0, 1);
    }
}
