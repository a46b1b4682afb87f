package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

/** Streams of rows over HTTP. */
class ImportTest {

    private static final MediaType NDJSON = MediaType.parseMediaType("application/x-ndjson");

    private final RunningApp app = RunningApp.shared();
    private final TestTenant tenant = app.tenant();
    private final WebTestClient secret =
            app.client().mutate().defaultHeader("apikey", tenant.secret()).build();

    @Test
    void linesAreImportedInOneTransaction() {
        var lines = Flux.range(0, 100)
                .map(part -> IntStream.range(part * 200, part * 200 + 200)
                        .mapToObj(i -> "{\"id\": " + i + ", \"name\": \"Item " + i + "\"}\n")
                        .collect(Collectors.joining()));

        secret.post()
                .uri(tenant.path("item"))
                .contentType(NDJSON)
                .body(lines, String.class)
                .exchange()
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals("Content-Range", "*/20000");
        imports("text/csv", "id,name\n30000,Good\n1,Twin\n").expectStatus().isEqualTo(409);
        secret.head()
                .uri(tenant.path("item?limit=1"))
                .header("Prefer", "count=exact")
                .exchange()
                .expectHeader()
                .valueEquals("Content-Range", "0-0/20000");
    }

    @Test
    void csvIsImported() {
        imports("text/csv", "id,name,price\r\n1,\"Rake, small\",9.50\r\n2,Hoe,NULL\r\n")
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals("Content-Range", "*/2");
        secret.get()
                .uri(tenant.path("item?order=id"))
                .exchange()
                .expectBody(String.class)
                .isEqualTo("[{\"id\":1,\"name\":\"Rake, small\",\"price\":9.50},"
                        + "{\"id\":2,\"name\":\"Hoe\",\"price\":null}]");
    }

    @Test
    void anImportUnderPoliciesIsHeldToThem() {
        var anon = app.client();
        anon.post()
                .uri(tenant.path("note"))
                .header("apikey", tenant.publishable())
                .contentType(NDJSON)
                .bodyValue("{\"id\": 1, \"body\": \"a\"}\n{\"id\": 2, \"body\": \"b\"}\n")
                .exchange()
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals("Content-Range", "*/2");
        anon.post()
                .uri(tenant.path("note"))
                .header("apikey", tenant.publishable())
                .contentType(NDJSON)
                .bodyValue("{\"id\": 3, \"body\": \"a\"}\n{\"id\": 200, \"body\": \"b\"}\n")
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void aBrokenLineIsRefusedWithItsNumber() {
        imports("application/x-ndjson", "{\"id\": 1, \"name\": \"a\"}\n{\"id\": 2, \"name\"\n")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, text -> assertThat(text).contains("line 2"));
        secret.get()
                .uri(tenant.path("item"))
                .exchange()
                .expectBody(String.class)
                .isEqualTo("[]");
    }

    private WebTestClient.ResponseSpec imports(String type, String rows) {
        return secret.post()
                .uri(tenant.path("item"))
                .contentType(MediaType.parseMediaType(type))
                .bodyValue(rows.getBytes(StandardCharsets.UTF_8))
                .exchange();
    }
}
