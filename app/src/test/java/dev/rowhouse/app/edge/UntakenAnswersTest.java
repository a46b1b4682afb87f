package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.problem.ProblemRenderer;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

class UntakenAnswersTest {

    private static final Duration LONGEST = Duration.ofSeconds(25);

    private int room;

    /** A channel whose socket takes as much as there is room for. */
    private final EmbeddedChannel channel = new EmbeddedChannel(new UntakenAnswers(LONGEST)) {
        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) {
            var taken = Math.min(room, waiting.totalPendingWriteBytes());
            room -= (int) taken;
            waiting.removeBytes(taken);
        }
    };

    @Test
    void anAnswerOfWhichNothingIsTakenIsEnded() {
        answer(1_000);

        pass(24);
        assertThat(channel.isOpen()).isTrue();
        pass(6);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void oneThatIsTakenSlowlyGoesOn() {
        answer(1_000);

        for (int i = 0; i < 20; i++) {
            pass(20);
            take(1);
        }
        assertThat(channel.isOpen()).isTrue();

        pass(30);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatComesLaterIsNoSignThatAnythingWasTaken() {
        answer(1_000);

        for (int i = 0; i < 6; i++) {
            pass(5);
            answer(10);
        }

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionForWhichNothingWaitsStays() {
        room = 1_000;
        answer(1_000);
        pass(3_600);
        assertThat(channel.isOpen()).isTrue();

        answer(1_000);
        take(1_000);
        pass(3_600);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aClientThatNeverReadsIsCut() throws IOException, InterruptedException {
        var cut = new CountDownLatch(1);
        var limits = new NettyLimits(
                new RecentRefusals(), _ -> null, new ProblemRenderer(new JsonMapper()), Duration.ofSeconds(1));
        var server = limits.apply(HttpServer.create().port(0))
                .doOnConnection(connection -> connection.onDispose(cut::countDown))
                .handle((_, response) -> response.sendByteArray(Mono.just(new byte[32 * 1024 * 1024])))
                .bindNow();
        try (var client = new Socket()) {
            client.setReceiveBufferSize(64 * 1024);
            client.connect(server.address());
            client.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(cut.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            server.disposeNow();
        }
    }

    private void answer(int length) {
        channel.freezeTime();
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[length]));
    }

    private void take(int length) {
        room = length;
        channel.flush();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}
