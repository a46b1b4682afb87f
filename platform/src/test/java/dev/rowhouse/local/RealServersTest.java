package dev.rowhouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealServersTest {

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
        try (var server = PostgresServer.keeping(directory, FreePort.any(), KilledJvm.PASSWORD)) {
            server.execute("CREATE DATABASE kept");
        }
        try (var server = PostgresServer.keeping(directory, FreePort.any(), KilledJvm.PASSWORD)) {
            assertThat(server.hasDatabase("kept")).isTrue();
        }
    }

    @Test
    void serversThatOutlivedTheirJvmAreStoppedAndTheirDataIsKept() throws Exception {
        int port = FreePort.any();
        int status = KilledJvm.run(directory, port, "up");

        assertThat(status).isEqualTo(KilledJvm.STATUS);
        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), port, KilledJvm.PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), port + 1)) {
            assertThat(postgres.hasDatabase("kept")).isTrue();
            assertThat(postgres.endpoint("kept").port())
                    .as("the orphan's port is free again")
                    .isEqualTo(port);
            assertThat(redis.port()).isEqualTo(port + 1);
        }
    }

    @Test
    void aKilledServerStartsAgainOverTheSameDataOnTheSamePort() throws Exception {
        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), FreePort.any(), KilledJvm.PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), FreePort.any())) {
            postgres.execute("CREATE DATABASE kept");
            var open = OpenSession.of(postgres);
            postgres.kill();
            redis.kill();
            assertThat(open.answers()).isFalse();
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
