package dev.rowhouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealServersTest {

    private static final String PASSWORD = "correct horse";

    @TempDir
    Path directory;

    @Test
    void aLoginWithoutItsPasswordIsRefused() {
        var endpoint = PostgresServer.shared().endpoint("postgres");
        var url = "jdbc:postgresql://127.0.0.1:" + endpoint.port() + "/postgres";

        assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", "guessed"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void dataSurvivesARestart() {
        try (var server = PostgresServer.keeping(directory, FreePort.any(), PASSWORD)) {
            server.execute("CREATE DATABASE kept");
        }
        try (var server = PostgresServer.keeping(directory, FreePort.any(), PASSWORD)) {
            assertThat(server.hasDatabase("kept")).isTrue();
        }
    }

    @Test
    void serversThatOutlivedTheirJvmAreStoppedAndTheirDataIsKept() throws Exception {
        int port = FreePort.any();
        int status = killedJvm(port, "up");

        assertThat(status).isEqualTo(KilledJvm.STATUS);
        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), port, PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), port + 1)) {
            assertThat(postgres.hasDatabase("kept")).isTrue();
            assertThat(postgres.endpoint("kept").port())
                    .as("the orphan's port is free again")
                    .isEqualTo(port);
            assertThat(redis.port()).isEqualTo(port + 1);
        }
    }

    static final class KilledJvm {

        static final int STATUS = 137;

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
    }

    @Test
    void aServerThatIsHeldStillDoesNotAnswerAndGoesOnAsBefore() throws Exception {
        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), FreePort.any(), PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), FreePort.any());
                var open = connection(postgres)) {
            for (var server : List.of(postgres, redis)) {
                server.pause();
            }
            var answer = new CompletableFuture<Boolean>();
            Thread.ofVirtual().start(() -> answer.complete(answers(open)));
            assertThat(answer)
                    .as("a session that was open before")
                    .matches(waiting -> !waiting.isDone())
                    .satisfies(waiting -> assertThatThrownBy(() -> waiting.get(2, TimeUnit.SECONDS))
                            .isInstanceOf(TimeoutException.class));
            assertThat(RedisServer.answers(redis.port())).isFalse();

            postgres.goOn();
            redis.goOn();

            assertThat(answer.get(1, TimeUnit.MINUTES)).isTrue();
            await().until(() -> RedisServer.answers(redis.port()));
        }
    }

    @Test
    void aKilledServerStartsAgainOverTheSameDataOnTheSamePort() throws Exception {
        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), FreePort.any(), PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), FreePort.any())) {
            postgres.execute("CREATE DATABASE kept");
            var open = connection(postgres);
            postgres.kill();
            redis.kill();
            assertThat(answers(open)).isFalse();
            assertThat(RedisServer.answers(redis.port())).isFalse();

            postgres.startAgain();
            redis.startAgain();

            assertThat(postgres.hasDatabase("kept")).isTrue();
            assertThat(postgres.query("postgres", "SHOW fsync")).containsExactly("on");
            assertThat(RedisServer.answers(redis.port())).isTrue();
            postgres.kill();
            postgres.startAgain();
            assertThat(postgres.hasDatabase("kept")).as("and once more").isTrue();
        }
    }

    @Test
    void whatIsHeldGoesOnWhenItsJvmIsKilled() throws Exception {
        assertThat(killedJvm(FreePort.any(), "held")).isEqualTo(KilledJvm.STATUS);

        var pid = Files.readAllLines(directory.resolve("postgres/data/postmaster.pid"))
                .getFirst();
        await().untilAsserted(() -> assertThat(state(pid)).isNotEqualTo("T"));
        assertThat(Files.readString(directory.resolve("held"))).isEqualTo("T");
        OrphanedServer.stop(
                directory.resolve("postgres/data/postmaster.pid"), "postgres", directory.resolve("postgres/data"));
        OrphanedServer.stop(directory.resolve("redis/redis.pid"), "redis", directory.resolve("redis/redis.conf"));
    }

    @Test
    void aServerThatIsStillHeldDoesNotBlockTheNextStart() throws Exception {
        int port = FreePort.any();
        assertThat(killedJvm(port, "up")).isEqualTo(KilledJvm.STATUS);
        var pid = Files.readAllLines(directory.resolve("postgres/data/postmaster.pid"))
                .getFirst();
        var postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        for (var process :
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList()) {
            new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
        new ProcessBuilder("kill", "-STOP", Files.readString(directory.resolve("redis/redis.pid")))
                .start()
                .waitFor();

        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), port, PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), port + 1)) {
            assertThat(postgres.hasDatabase("kept")).isTrue();
            assertThat(redis.port()).isEqualTo(port + 1);
        }
    }

    private Connection connection(PostgresServer server) throws SQLException {
        var port = server.endpoint("postgres").port();
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", PASSWORD);
    }

    private static boolean answers(Connection connection) {
        try (var statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    private static String state(String pid) throws IOException {
        var ps = new ProcessBuilder("ps", "-o", "stat=", "-p", pid).start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).substring(0, 1);
    }

    private int killedJvm(int port, String mode) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
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

    @Test
    void aForeignProcessInThePidFileIsLeftAlone() throws Exception {
        var stranger = new ProcessBuilder("sleep", "60").start();
        var pidFile = Files.writeString(directory.resolve("redis.pid"), Long.toString(stranger.pid()));

        OrphanedServer.stop(pidFile, "redis", directory);

        assertThat(stranger.isAlive()).isTrue();
        assertThat(pidFile).doesNotExist();
        stranger.destroy();
    }

    @Test
    void aTakenPortMeansTheNextOne() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePort.from(taken.getLocalPort())).isGreaterThan(taken.getLocalPort());
        }
    }

    @Test
    void kafkaStartsAndStopsOverKeptTopics() {
        KafkaServer.keeping(directory, FreePort.any()).close();
        KafkaServer.keeping(directory, FreePort.any()).close();

        assertThat(directory.resolve("meta.properties")).exists();
    }
}
