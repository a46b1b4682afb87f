package dev.rowhouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers whose processes are stopped as by SIGSTOP: they take what is sent and answer nothing. */
class HeldServersTest {

    @TempDir
    Path directory;

    @Test
    void aServerThatIsHeldStillDoesNotAnswerAndGoesOnAsBefore() throws Exception {
        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), FreePort.any(), KilledJvm.PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), FreePort.any());
                var open = OpenSession.of(postgres)) {
            for (var server : List.of(postgres, redis)) {
                server.pause();
            }
            var answer = new CompletableFuture<Boolean>();
            Thread.ofVirtual().start(() -> answer.complete(open.answers()));
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
    void whatIsHeldGoesOnWhenItsJvmIsKilled() throws Exception {
        assertThat(KilledJvm.run(directory, FreePort.any(), "held")).isEqualTo(KilledJvm.STATUS);

        var pid = Files.readAllLines(directory.resolve("postgres/data/postmaster.pid"))
                .getFirst();
        await().untilAsserted(() -> assertThat(KilledJvm.state(pid)).isNotEqualTo("T"));
        assertThat(Files.readString(directory.resolve("held"))).isEqualTo("T");
        OrphanedServer.stop(
                directory.resolve("postgres/data/postmaster.pid"), "postgres", directory.resolve("postgres/data"));
        OrphanedServer.stop(directory.resolve("redis/redis.pid"), "redis", directory.resolve("redis/redis.conf"));
    }

    @Test
    void aServerThatIsStillHeldDoesNotBlockTheNextStart() throws Exception {
        int port = FreePort.any();
        assertThat(KilledJvm.run(directory, port, "up")).isEqualTo(KilledJvm.STATUS);
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

        try (var postgres = PostgresServer.keeping(directory.resolve("postgres"), port, KilledJvm.PASSWORD);
                var redis = RedisServer.keeping(directory.resolve("redis"), port + 1)) {
            assertThat(postgres.hasDatabase("kept")).isTrue();
            assertThat(redis.port()).isEqualTo(port + 1);
        }
    }
}
