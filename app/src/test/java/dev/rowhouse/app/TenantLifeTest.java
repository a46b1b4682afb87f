package dev.rowhouse.app;

import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** The shortest way through the whole: a tenant is onboarded, writes and reads over HTTP. */
class TenantLifeTest {

    private final RunningApp app = RunningApp.shared();

    @Test
    void aNewTenantWritesAndReadsItsRows() {
        var tenant = app.tenant();
        var client = app.client();

        client.post()
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        "[{\"id\": 1, \"name\": \"Spade\", \"price\": 12.50}, {\"id\": 2, \"name\": \"Rake\", \"price\": 9}]")
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .isEmpty();

        client.get()
                .uri(tenant.path("item?price=gt.10&select=id,name"))
                .header("apikey", tenant.secret())
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Content-Range", "0-0/*")
                .expectBody(String.class)
                .isEqualTo("[{\"id\":1,\"name\":\"Spade\"}]");
    }
}
