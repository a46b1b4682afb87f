package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.problem.ProblemRenderer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/** What is counted of a client that leaves in the middle of its body: a fault of its own, not of ours. */
class LeavingClientTest {

    private final BlockingQueue<DataBuffer> read = new ArrayBlockingQueue<>(1);
    private final BlockingQueue<HttpStatusCode> counted = new ArrayBlockingQueue<>(1);

    private final HttpHandler handler = WebHttpHandlerBuilder.webHandler(exchange -> exchange.getRequest()
                    .getBody()
                    .doOnNext(read::offer)
                    .doOnNext(DataBufferUtils::release)
                    .then())
            .codecConfigurer(ServerCodecConfigurer.create())
            .filter(new LimitsFilter())
            .exceptionHandler(new ProblemRenderer(new JsonMapper()))
            .httpHandlerDecorator(inner -> (request, response) ->
                    inner.handle(request, response).doFinally(_ -> counted.offer(response.getStatusCode())))
            .build();
    private final DisposableServer server = HttpServer.create()
            .port(0)
            .handle(new ReactorHttpHandlerAdapter(handler))
            .bindNow();

    @AfterEach
    void stop() {
        server.disposeNow();
    }

    @ParameterizedTest
    @CsvSource({
        "/admin/v1/tenants, application/json, false",
        "/admin/v1/tenants, application/json, true",
        "/t/acme/rest/v1/item, text/csv, false",
        "/t/acme/rest/v1/item, text/csv, true"
    })
    void itIsNotOurFault(String path, String type, boolean reset) throws IOException, InterruptedException {
        try (var client = new Socket("127.0.0.1", server.port())) {
            var head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                    + "\r\nContent-Length: 1000\r\n\r\n";
            client.getOutputStream().write((head + "[1,").getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            assertThat(read.poll(30, TimeUnit.SECONDS)).isNotNull();
            if (reset) {
                client.setSoLinger(true, 0);
            }
        }

        assertThat(counted.poll(30, TimeUnit.SECONDS)).isEqualTo(HttpStatus.BAD_REQUEST);
    }
}
