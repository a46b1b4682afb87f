package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Files of a blueprint that are too large for memory lie on the disk while they are read, and no longer. */
class MultipartFilesTest {

    private static final int LARGE = 2 * 1024 * 1024;

    private final RunningApp app = RunningApp.shared();
    private final Set<Path> before = files();

    @Test
    void noneStaysOfAPublishedBlueprint() {
        put("large-files", "CREATE TABLE a (id int PRIMARY KEY);", "CREATE TABLE b (id int PRIMARY KEY);")
                .expectStatus()
                .isCreated();

        assertNoneStays();
    }

    @Test
    void noneStaysOfARefusedOne() {
        put("refused-files", "SELECT 1;", "\0", "SELECT 2;", "SELECT 3;")
                .expectStatus()
                .isEqualTo(422);

        assertNoneStays();
    }

    @Test
    void noneStaysOfAClientThatLeaves() throws IOException {
        try (var client = new Socket("127.0.0.1", app.port())) {
            var head =
                    "PUT /admin/v1/blueprints/left-files/versions/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + RunningApp.OPERATOR
                            + "\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n";
            var part =
                    "--x\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n" + large("") + "\r\n";
            var body = part.replace("%s", "a") + part.replace("%s", "b");
            client.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(files()).isNotEqualTo(before));
        }

        assertNoneStays();
    }

    private WebTestClient.ResponseSpec put(String blueprint, String... texts) {
        var parts = new MultipartBodyBuilder();
        for (int i = 0; i < texts.length; i++) {
            parts.part("f" + i, large(texts[i])).filename("f" + i + ".sql");
        }
        return app.operator()
                .put()
                .uri("/admin/v1/blueprints/" + blueprint + "/versions/1")
                .bodyValue(parts.build())
                .exchange();
    }

    private static String large(String text) {
        return text + " ".repeat(LARGE);
    }

    private void assertNoneStays() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(files()).isSubsetOf(before));
    }

    private static Set<Path> files() {
        var found = new HashSet<Path>();
        try (var folders =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "spring-multipart-*")) {
            for (var folder : folders) {
                try (var files = Files.list(folder)) {
                    found.addAll(files.collect(Collectors.toSet()));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }
}
