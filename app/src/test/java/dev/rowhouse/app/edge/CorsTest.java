package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

/** Pages of other origins and the tenants' APIs. */
class CorsTest {

    private static final String ORIGIN = "https://app.example";

    private final RunningApp app = RunningApp.shared();
    private final WebTestClient client = app.client();

    @Test
    void aPreflightNeedsNoKey() {
        var answer = preflight(app.tenant().path("item"));

        assertThat(answer.getAccessControlAllowOrigin()).isEqualTo("*");
        assertThat(answer.getFirst("Access-Control-Allow-Methods"))
                .isEqualTo("GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD");
        assertThat(answer.getAccessControlAllowHeaders())
                .startsWith("Authorization", "x-custom", "prefer")
                .contains("apikey", "Accept-Profile", "Content-Profile", "Idempotency-Key", "If-Match")
                .doesNotContain("in valid");
        assertThat(answer.getAccessControlMaxAge()).isEqualTo(86_400);
    }

    @Test
    void aPreflightTellsNothingOfATenant() {
        var living = preflight(app.tenant().path("item"));

        assertThat(comparable(preflight("/t/nobody-lives-here/rest/v1/item"))).isEqualTo(comparable(living));
        assertThat(comparable(preflight("/t/NO_SLUG/rest/v1/nonsense"))).isEqualTo(comparable(living));
    }

    @Test
    void anAnswerIsOpenToAnyOrigin() {
        TestTenant tenant = app.tenant();
        var answer = client.get()
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .header("Origin", ORIGIN)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseHeaders();

        assertThat(answer.getAccessControlAllowOrigin()).isEqualTo("*");
        assertThat(answer.getAccessControlExposeHeaders())
                .contains("Content-Range", "Content-Location", "Location", "Preference-Applied", "ETag", "Link");
        assertThat(answer.getVary()).contains("Origin");
    }

    @Test
    void aRefusalCanBeReadByThePage() {
        for (var path : List.of("/t/nobody-lives-here/rest/v1/item", "/t/x/rest/v1/item?a=" + "x".repeat(17_000))) {
            client.get()
                    .uri(path)
                    .header("Origin", ORIGIN)
                    .exchange()
                    .expectStatus()
                    .is4xxClientError()
                    .expectHeader()
                    .valueEquals("Access-Control-Allow-Origin", "*");
        }
    }

    @Test
    void theAdminApiIsNotForPages() {
        client.options()
                .uri("/admin/v1/tenants")
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "GET")
                .exchange()
                .expectHeader()
                .doesNotExist("Access-Control-Allow-Origin");
    }

    @Test
    void onlyNamedOriginsAreLetInWhereSomeAreNamed() {
        var filter = new CorsFilter(List.of(ORIGIN), null);

        assertThat(filtered(filter, ORIGIN).getAccessControlAllowOrigin()).isEqualTo(ORIGIN);
        assertThat(filtered(filter, ORIGIN).getVary()).contains("Origin");
        assertThat(filtered(filter, "https://evil.example").getAccessControlAllowOrigin())
                .isNull();
        assertThat(filtered(filter, "https://app.example.evil").getAccessControlAllowOrigin())
                .isNull();
    }

    private static HttpHeaders filtered(CorsFilter filter, String origin) {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/t/acme/rest/v1/item")
                .header("Origin", origin)
                .build());
        filter.filter(exchange, _ -> Mono.empty())
                .as(reactor.test.StepVerifier::create)
                .verifyComplete();
        return exchange.getResponse().getHeaders();
    }

    private HttpHeaders preflight(String path) {
        return client.method(HttpMethod.OPTIONS)
                .uri(path)
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "x-custom, prefer, in valid")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .isEmpty()
                .getResponseHeaders();
    }

    private static TreeMap<String, List<String>> comparable(HttpHeaders headers) {
        var comparable = new TreeMap<String, List<String>>();
        headers.forEach(comparable::put);
        comparable.remove("traceparent");
        comparable.remove("X-Request-Id");
        return comparable;
    }
}
