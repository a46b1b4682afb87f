package dev.rowhouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault before a server that answers what it hears. */
class FaultProxyTest {

    private static final int PATIENCE = 10_000;
    private static final int SHORTLY = 300;
    private static final String LONG = "hello".repeat(40);

    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void open() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = FaultProxy.to(echo.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void withoutAFaultAllPasses() throws IOException {
        try (var client = client()) {
            assertThat(asked(client, "hello")).isEqualTo("hello");
            assertThat(asked(client, "again")).isEqualTo("again");
        }
        assertThat(proxy.lost()).isZero();
    }

    @Test
    void aDelayIsAddedEachWay() throws IOException {
        try (var client = client()) {
            proxy.set(new Fault.Delay(Duration.ofMillis(200)));
            var began = System.nanoTime();
            assertThat(asked(client, "hello")).isEqualTo("hello");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
        }
    }

    @Test
    void whatIsSlicedComesWholeInTheEnd() throws IOException {
        try (var client = client()) {
            proxy.set(new Fault.Slice(2));
            assertThat(asked(client, LONG)).isEqualTo(LONG);
        }
        assertThat(heard).hasSizeGreaterThan(1);
        assertThat(String.join("", heard)).isEqualTo(LONG);
    }

    @Test
    void aBlackHoleTakesAllAndTheConnectionIsResetWhenItHeals() throws IOException {
        try (var client = client()) {
            assertThat(asked(client, "hello")).isEqualTo("hello");
            proxy.set(new Fault.BlackHole());
            send(client, "lost");
            assertSilent(client);
            assertThat(heard).containsExactly("hello");

            proxy.heal();
            assertThatThrownBy(() -> answer(client, 1)).isInstanceOf(IOException.class);
        }
        try (var client = client()) {
            assertThat(asked(client, "again")).isEqualTo("again");
        }
    }

    @Test
    void onlyAnswersAreLostFromTheRequestOnThatIsMeant() throws IOException {
        proxy.set(new Fault.DropAnswers(piece -> piece[0] == 'w'));
        try (var client = client();
                var other = client()) {
            assertThat(asked(client, "read")).isEqualTo("read");
            send(client, "write");
            assertSilent(client);
            assertThat(asked(other, "other")).isEqualTo("other");
        }
        assertThat(heard).contains("write");
        assertThat(proxy.lost()).isEqualTo(5);
    }

    @Test
    void aCutEndsAConnectionInTheMiddleOfAnAnswer() throws IOException {
        proxy.set(new Fault.Cut(3));
        try (var client = client()) {
            send(client, "hello");
            assertThat(answer(client, 5)).isEqualTo("hel");
            assertThat(client.getInputStream().read()).isNegative();
        }
    }

    @Test
    void aResetEndsConnectionsOldAndNew() throws IOException {
        try (var client = client()) {
            assertThat(asked(client, "hello")).isEqualTo("hello");
            proxy.set(new Fault.Reset());
            assertThatThrownBy(() -> asked(client, "again")).isInstanceOf(SocketException.class);
        }
        assertThatThrownBy(() -> {
                    try (var client = client()) {
                        asked(client, "new");
                        answer(client, 1);
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    @Test
    void whereNobodyListensConnectionsEnd() throws IOException {
        echo.close();
        try (var client = client()) {
            assertThatThrownBy(() -> {
                        send(client, "hello");
                        answer(client, 1);
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    private Socket client() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private static String asked(Socket client, String word) throws IOException {
        send(client, word);
        return answer(client, word.length());
    }

    private static void send(Socket client, String word) throws IOException {
        client.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket client, int bytes) throws IOException {
        return new String(client.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private static void assertSilent(Socket client) throws IOException {
        client.setSoTimeout(SHORTLY);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(PATIENCE);
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                var socket = echo.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        var buffer = new byte[1024];
        try (socket) {
            for (var many = socket.getInputStream().read(buffer);
                    many >= 0;
                    many = socket.getInputStream().read(buffer)) {
                heard.add(new String(buffer, 0, many, StandardCharsets.US_ASCII));
                socket.getOutputStream().write(buffer, 0, many);
            }
        } catch (IOException _) {
            // The client is gone.
        }
    }
}
