package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** The server's own way of reading bodies, which {@link SilentRequests} relies on. */
class SilentClientTest {

    private static final int BODY = 4 * 1024 * 1024;

    private final DisposableServer server = HttpServer.create()
            .port(0)
            .doOnChannelInit((_, channel, _) -> channel.pipeline()
                    .addBefore(
                            NettyPipeline.HttpTrafficHandler,
                            "silent",
                            new SilentRequests(Duration.ofMillis(200), Duration.ofMillis(600), 1)))
            .route(routes -> routes.post(
                            "/read",
                            (request, response) -> request.receive().then().then(response.send()))
                    .post(
                            "/later",
                            (request, response) -> Mono.delay(Duration.ofMillis(900))
                                    .thenMany(request.receive())
                                    .then()
                                    .then(response.send())))
            .bindNow();

    @AfterEach
    void stop() {
        server.disposeNow();
    }

    @Test
    void aClientThatStopsInTheMiddleOfItsBodyIsCut() throws IOException {
        try (var client = new Socket("127.0.0.1", server.port())) {
            client.setSoTimeout(10_000);
            send(client, "/read", new byte[10]);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aClientWhoseBodyIsNotTakenYetIsNot() throws IOException {
        try (var client = new Socket("127.0.0.1", server.port())) {
            client.setSoTimeout(10_000);
            send(client, "/later", new byte[BODY]);

            var answer = new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("HTTP/1.1 200");
        }
    }

    private static void send(Socket client, String path, byte[] beginning) throws IOException {
        var head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + BODY + "\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().write(beginning);
        client.getOutputStream().flush();
    }
}
