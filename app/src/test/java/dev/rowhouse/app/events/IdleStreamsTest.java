package dev.rowhouse.app.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.journal.Journal;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many streams at once, over real sockets: what they hold while nothing happens, and that each hears what does. */
@Timeout(300)
class IdleStreamsTest {

    private static final int STREAMS = Integer.getInteger("rowhouse.idle.streams", 100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 1_000;
    private static final long MOST = 300L * 1024 * 1024;

    private final NewsPaper paper = new NewsPaper("crowd");
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);

    @Test
    void idleStreamsAreSmallAndAllOfThemHear() throws Exception {
        try (var warm = paper.secret("")) {
            assertThat(warm.status()).isEqualTo(200);
        }
        var held = held();
        var resident = resident();
        var sockets = new ArrayList<SocketChannel>();
        try (var selector = Selector.open()) {
            for (int i = 0; i < STREAMS; i++) {
                sockets.add(opened(selector));
            }
            hearing("retry: ", selector);
            var perStream = (held() - held) / STREAMS;
            System.out.printf(
                    "%d idle streams hold %d MiB of heap and buffers, %d KiB each; the process grew by %d MiB%n",
                    STREAMS, perStream * STREAMS >> 20, perStream >> 10, resident() - resident >> 20);
            assertThat(perStream * STREAMS).isLessThan(MOST);

            var begun = System.nanoTime();
            paper.execute("INSERT INTO $.item VALUES (1)");
            hearing("event: insert", selector);
            System.out.printf("all heard of a change after %d ms%n", (System.nanoTime() - begun) / 1_000_000);
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private SocketChannel opened(Selector selector) throws IOException {
        var socket = SocketChannel.open(
                new InetSocketAddress("127.0.0.1", NewsPaper.app().port()));
        var request = "GET /t/" + paper.tenant.slug() + "/events/v1 HTTP/1.1\r\nHost: localhost\r\napikey: "
                + paper.tenant.secret() + "\r\n\r\n";
        socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ, new StringBuilder());
        return socket;
    }

    /** Reads until each stream has brought the text. */
    private void hearing(String text, Selector selector) throws IOException {
        var left = STREAMS;
        var begun = System.nanoTime();
        while (left > 0) {
            selector.select(LOOK_MILLIS);
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                var held = NewsPaper.app()
                        .bean(Journal.class)
                        .horizonAge(paper.house.shard())
                        .block(PATIENCE);
                throw new AssertionError(left + " of " + STREAMS + " streams did not bring '" + text
                        + "'; the journal's horizon has been held back for " + held);
            }
            for (var key : selector.selectedKeys()) {
                left -= hears(text, key) ? 1 : 0;
            }
            selector.selectedKeys().clear();
        }
    }

    private boolean hears(String text, SelectionKey key) throws IOException {
        var heard = (StringBuilder) key.attachment();
        assertThat(((SocketChannel) key.channel()).read(buffer.clear())).isPositive();
        heard.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        var found = heard.indexOf(text);
        if (found < 0) {
            return false;
        }
        heard.delete(0, found + text.length());
        return true;
    }

    private static long held() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    private static long resident() throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
        return status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
    }
}
