package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilentRequestsTest {

    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final EmbeddedChannel channel = new EmbeddedChannel(new SilentRequests(LONGEST));

    @Test
    void silenceInABodyClosesTheConnection() {
        begin();

        pass(9);
        assertThat(channel.isOpen()).isTrue();
        pass(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aBodyThatKeepsComingMayTakeAnyTime() {
        begin();

        for (int i = 0; i < 5; i++) {
            pass(8);
            channel.writeInbound(new DefaultHttpContent(Unpooled.EMPTY_BUFFER));
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aBodyThatNobodyReadsIsNotSilent() {
        begin();
        channel.config().setAutoRead(false);

        pass(60);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void silenceCountsAgainOnceTheBodyIsRead() {
        begin();
        channel.config().setAutoRead(false);
        pass(60);
        channel.config().setAutoRead(true);

        pass(21);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void betweenRequestsSilenceIsNoMatter() {
        begin();
        channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

        pass(60);

        assertThat(channel.isOpen()).isTrue();
    }

    private void begin() {
        channel.freezeTime();
        channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/"));
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }
}
