package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** A connection that a client keeps, seen from its socket. */
class KeptConnectionTest {

    private final RunningApp app = RunningApp.shared();

    @Test
    void itIsReadFromAfterARequestThatWaitedForTheOneBefore() throws IOException {
        var tenant = app.tenant();
        var read = "GET " + tenant.path("item") + " HTTP/1.1\r\nHost: localhost\r\napikey: " + tenant.secret()
                + "\r\n\r\n";
        var refused = "GET " + tenant.path("item") + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (var socket = new Socket("127.0.0.1", app.port())) {
            socket.setSoTimeout(5_000);
            var in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < 20; i++) {
                // The second waits for the first, and is then answered at once.
                socket.getOutputStream().write((read + refused).getBytes(StandardCharsets.US_ASCII));
                assertThat(status(in)).isEqualTo(200);
                assertThat(status(in)).isEqualTo(404);
            }
        }
    }

    @Test
    void itIsServedAgainAfterManyRefusals() throws IOException {
        var tenant = app.tenant();
        quotas(tenant, Map.of("requests_per_second", 2, "burst", 2));
        var read = "GET " + tenant.path("item") + " HTTP/1.1\r\nHost: localhost\r\napikey: ";
        var own = read + tenant.secret() + "\r\n\r\n";
        var strangers = read + app.tenant().secret() + "\r\n\r\n";
        try (var socket = new Socket("127.0.0.1", app.port())) {
            socket.setSoTimeout(5_000);
            var in = new BufferedInputStream(socket.getInputStream());
            var statuses = new ArrayList<Integer>();
            while (Collections.frequency(statuses, 200) < 4) {
                socket.getOutputStream().write((own + own + own).getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < 3; i++) {
                    statuses.add(status(in));
                }
            }
            assertThat(statuses).hasSizeGreaterThan(100).containsOnly(200, 429);
            socket.getOutputStream().write(strangers.getBytes(StandardCharsets.US_ASCII));
            assertThat(status(in)).isEqualTo(404);
        }
        quotas(tenant, Map.of("requests_per_second", 1_000, "burst", 1_000));
        await().untilAsserted(() -> {
            try (var socket = new Socket("127.0.0.1", app.port())) {
                socket.getOutputStream().write(own.getBytes(StandardCharsets.US_ASCII));
                assertThat(status(new BufferedInputStream(socket.getInputStream())))
                        .isEqualTo(200);
            }
        });
    }

    private void quotas(RunningApp.TestTenant tenant, Map<String, Integer> quotas) {
        app.operator()
                .patch()
                .uri("/admin/v1/tenants/" + tenant.slug())
                .contentType(MediaType.valueOf("application/merge-patch+json"))
                .bodyValue(Map.of("quotas", quotas))
                .exchange()
                .expectStatus()
                .isOk();
    }

    /** Reads one answer whole. */
    private static int status(InputStream in) throws IOException {
        var status = Integer.parseInt(line(in).split(" ")[1]);
        int length = 0;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        in.readNBytes(length);
        return status;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException();
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }
}
