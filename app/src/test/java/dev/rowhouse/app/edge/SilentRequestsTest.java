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

    private static final Duration WINDOW = Duration.ofSeconds(30);

    private final EmbeddedChannel channel = new EmbeddedChannel(new SilentRequests(LONGEST, WINDOW, 300));

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

        send(100, 20);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aBodyThatTricklesIsEnded() {
        begin();

        send(1, 3);
        assertThat(channel.isOpen()).isTrue();
        send(1, 2);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void muchAtFirstDoesNotPayForALaterTrickle() {
        begin();

        send(1_000_000, 4);
        send(1, 10);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anImportMayTrickle() {
        begin("/t/acme/rest/v1/item?columns=id", "text/csv");

        send(1, 20);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aQueryMakesNoImport() {
        begin("/admin/v1/tenants?x=/rest/v1/", "text/csv");

        send(1, 20);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aBodyThatNobodyReadsForAWhileDoesNotTrickle() {
        begin();

        for (int i = 0; i < 5; i++) {
            send(1, 2);
            channel.config().setAutoRead(false);
            pass(20);
            channel.config().setAutoRead(true);
            receive(1);
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
        begin("/", "application/json");
    }

    private void begin(String uri, String type) {
        channel.freezeTime();
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, uri);
        request.headers().set("Content-Type", type);
        channel.writeInbound(request);
    }

    private void send(int bytes, int times) {
        for (int i = 0; i < times; i++) {
            pass(8);
            if (channel.isOpen()) {
                receive(bytes);
            }
        }
    }

    private void receive(int bytes) {
        channel.writeInbound(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[bytes])));
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}
