package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.WebTestClient;

class AdminTest {

    private final RunningApp app = RunningApp.shared();
    private final WebTestClient operator = app.operator();

    @ParameterizedTest
    @CsvSource({
        "GET, /admin/v1/tenants",
        "HEAD, /admin/v1/tenants",
        "OPTIONS, /admin/v1/tenants",
        "BREW, /admin/v1/tenants",
        "TRACE, /admin/v1/tenants",
        "GET, /admin/v1/tenants;x=1",
        "GET, /admin;x=1/v1/tenants",
        "GET, /admin/v1/tenants/",
        "GET, /admin//v1/tenants",
        "GET, //admin/v1/tenants",
        "GET, /admin/v1/tenants%2f",
        "GET, /admin/v1/%74enants",
        "GET, /admin/v1/x/../tenants",
        "GET, /admin/v1/x/%2e%2e/tenants",
        "GET, /ADMIN/v1/tenants",
        "GET, /admin/v1/Tenants",
        "GET, /admin/v1/tenants%0a",
        "GET, /admin/v1/tenants%3Bx=1",
        "GET, /admin",
        "GET, /admin/v1/unknown",
        "POST, /admin/v1/tenants",
        "GET, /actuator/env",
        "GET, /actuator/heapdump"
    })
    void nothingIsAnsweredWithoutAToken(HttpMethod method, String path) {
        var status = app.client()
                .method(method)
                .uri(URI.create("http://127.0.0.1:" + app.port() + path))
                .header("X-HTTP-Method-Override", "GET")
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .value();

        assertThat(status).isIn(401, 404, 405);
    }

    @Test
    void aMissingTokenIsAskedFor() {
        app.client()
                .get()
                .uri("/admin/v1/tenants")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("WWW-Authenticate", "Bearer")
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void aTenantsKeyIsNoOperatorsToken() {
        var tenant = app.tenant();

        app.client()
                .get()
                .uri("/admin/v1/tenants")
                .header("Authorization", "Bearer " + tenant.secret())
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueMatches("WWW-Authenticate", ".*invalid_token.*");
    }

    @Test
    void aReadersTokenReadsAndChangesNothing() {
        var reader = app.client()
                .mutate()
                .defaultHeader("Authorization", "Bearer " + RunningApp.READER)
                .build();

        reader.get().uri("/admin/v1/tenants").exchange().expectStatus().isOk();
        reader.head()
                .uri("/admin/v1/tenants")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .isEmpty();
        reader.post()
                .uri("/admin/v1/tenants")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("slug", "never"))
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("insufficient_scope");
    }

    @Test
    void anotherMethodIs405() {
        operator.delete()
                .uri("/admin/v1/tenants")
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals("Allow", "GET, POST");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"slug": "acme-9", "nme": "x"}                  | 400 | member 'nme' is not known here
            {"slug": 7}                                     | 400 | member 'slug' is of type number (expected: text)
            {"slug": "acme-9", "slug": "acme-8"}            | 400 | Duplicate
            {"name": "Acme"}                                | 400 | member 'slug' is missing
            {"slug": "Acme"}                                | 422 | a slug is 3 to 40
            {"slug": "acme-9", "blueprint": "none"}         | 422 | blueprint 'none' is not published
            {"slug": "acme-9", "blueprint": "shop", "shard": "none"}  | 422 | shard 'none' is not registered
            {"slug": "acme-9", "blueprint": "shop", "region": "none"} | 422 | no shard is in region 'none'
            """)
    void aBadOrderIsRefusedByName(String body, int status, String message) {
        operator.post()
                .uri("/admin/v1/tenants")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, text -> assertThat(text).contains(message));
    }

    @Test
    void aTakenSlugIs409() {
        var tenant = app.tenant();

        order(Map.of("slug", tenant.slug(), "blueprint", "shop"))
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("slug_taken");
    }

    @Test
    void anOrderIsAcceptedWithItsOperationAndItsKeys() {
        var answer = order(Map.of("slug", "order-" + System.nanoTime(), "blueprint", "shop"))
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueMatches("Location", "/admin/v1/tenants/order-.*")
                .expectBody()
                .jsonPath("$.keys.publishable")
                .value(String.class, key -> assertThat(key).startsWith("rh_pub_"))
                .jsonPath("$.base_url")
                .exists()
                .returnResult();
        var link = Objects.requireNonNull(answer.getResponseHeaders().getFirst("Link"));
        assertThat(link).endsWith("; rel=\"operation\"");

        var events = operator.get()
                .uri(link.substring(1, link.indexOf('>')))
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(events)
                .contains("event:operation")
                .contains("\"state\":\"succeeded\"")
                .contains("\"percent\":100");
    }

    @Test
    void aRepeatedOrderIsReplayedWithoutKeys() {
        var body = Map.of("slug", "replay-" + System.nanoTime(), "blueprint", "shop");
        var key = "key-" + System.nanoTime();

        order(body, key).expectStatus().isAccepted();
        order(body, key)
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueEquals("Idempotency-Replayed", "true")
                .expectBody()
                .jsonPath("$.keys")
                .isEqualTo(null);
        order(Map.of("slug", "another-" + System.nanoTime(), "blueprint", "shop"), key)
                .expectStatus()
                .isEqualTo(422);
    }

    @Test
    void aTenantIsShownAndChanged() {
        var tenant = app.tenant();
        var uri = "/admin/v1/tenants/" + tenant.slug();

        operator.patch()
                .uri(uri)
                .contentType(Requests.MERGE_PATCH)
                .bodyValue("{\"name\": \"Renamed\", \"labels\": {\"tier\": \"gold\"}}")
                .exchange()
                .expectStatus()
                .isOk();
        operator.get()
                .uri(uri)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.name")
                .isEqualTo("Renamed")
                .jsonPath("$.labels.tier")
                .isEqualTo("gold")
                .jsonPath("$.state")
                .isEqualTo("active")
                .jsonPath("$.shard")
                .isEqualTo(RunningApp.shard())
                .jsonPath("$.blueprint.name")
                .isEqualTo("shop")
                .jsonPath("$.keys")
                .doesNotExist()
                .jsonPath("$.activated_at")
                .value(String.class, time -> assertThat(time).endsWith("Z"));
        operator.get()
                .uri(uri + "/history")
                .exchange()
                .expectBody()
                .jsonPath("$.items[0].actor")
                .isEqualTo("operator:ann")
                .jsonPath("$.next")
                .isEqualTo(null);
    }

    @Test
    void theFleetIsListedPageByPage() {
        app.tenant();
        app.tenant();

        var next = RunningApp.json(operator.get()
                        .uri("/admin/v1/tenants?limit=1&state=active")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .jsonPath("$.items.length()")
                        .isEqualTo(1)
                        .returnResult()
                        .getResponseBody())
                .get("next")
                .stringValue();
        operator.get()
                .uri("/admin/v1/tenants?limit=1&after=" + next)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.items.length()")
                .isEqualTo(1);
        operator.get()
                .uri("/admin/v1/tenants?limit=0")
                .exchange()
                .expectStatus()
                .isBadRequest();
        operator.get()
                .uri("/admin/v1/tenants?state=happy")
                .exchange()
                .expectStatus()
                .isBadRequest();
        operator.get()
                .uri("/admin/v1/tenants?after=%21")
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void operationsAreListed() {
        var tenant = app.tenant();

        operator.get()
                .uri("/admin/v1/operations?state=succeeded&type=onboard&tenant=" + tenant.slug())
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.items.length()")
                .isEqualTo(1)
                .jsonPath("$.items[0].steps[0].attempts")
                .isEqualTo(1);
        operator.get()
                .uri("/admin/v1/operations/nonsense")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void aShardIsShownWithItsStatistics() {
        operator.get()
                .uri("/admin/v1/shards/" + RunningApp.shard())
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.statistics.reachable")
                .isEqualTo(true)
                .jsonPath("$.password")
                .doesNotExist();
        operator.patch()
                .uri("/admin/v1/shards/" + RunningApp.shard())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("weight", 50))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.weight")
                .isEqualTo(50);
    }

    @Test
    void aBlueprintThatFailsIsRefusedWithItsPlace() {
        operator.put()
                .uri("/admin/v1/blueprints/broken/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(
                        Map.of("name", "a.sql", "text", "CREATE TABLE a (id int PRIMARY KEY);"),
                        Map.of("name", "b.sql", "text", "CREATE TABLE b (id int);\nCREATE TABLE c (id nonsense);")))
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("blueprint_rejected")
                .jsonPath("$.file")
                .isEqualTo("b.sql")
                .jsonPath("$.line")
                .isEqualTo(2)
                .jsonPath("$.sqlstate")
                .isEqualTo("42704");
        operator.get()
                .uri("/admin/v1/blueprints/broken/versions/1")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void aBlueprintIsPublishedFromFilesInTheirOrder() {
        var files = new MultipartBodyBuilder();
        files.part("z", "CREATE TABLE z (id int PRIMARY KEY);").filename("z.sql");
        files.part("a", "CREATE TABLE a (z int REFERENCES z);").filename("a.sql");

        operator.put()
                .uri("/admin/v1/blueprints/files/versions/1")
                .bodyValue(files.build())
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.files[0]")
                .isEqualTo("z.sql")
                .jsonPath("$.relations")
                .isEqualTo(2);
    }

    @Test
    void aSuspendedTenantIsKnownToItsOwnCallersAlone() {
        var tenant = app.tenant();
        start(tenant.slug(), "{\"type\": \"suspend\", \"reason\": \"unpaid\"}")
                .expectStatus()
                .isAccepted();

        read(tenant.path("item"), tenant.secret())
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("tenant_suspended");
        read(tenant.path("item"), "rh_sec_guess").expectStatus().isNotFound();
        start(tenant.slug(), "{\"type\": \"suspend\"}").expectStatus().isEqualTo(409);

        start(tenant.slug(), "{\"type\": \"resume\"}").expectStatus().isAccepted();
        read(tenant.path("item"), tenant.secret()).expectStatus().isOk();
    }

    @Test
    void rotatedKeysReplaceTheOldOnes() {
        var tenant = app.tenant();

        var answer = start(tenant.slug(), "{\"type\": \"rotate-keys\"}")
                .expectStatus()
                .isAccepted()
                .expectBody()
                .returnResult()
                .getResponseBody();
        var secret = RunningApp.json(answer).get("keys").get("secret").stringValue();

        read(tenant.path("item"), secret).expectStatus().isOk();
        read(tenant.path("item"), tenant.secret()).expectStatus().isNotFound();
    }

    @Test
    void anUnknownTypeOfOperationIsRefusedWithTheKnownOnes() {
        start(app.tenant().slug(), "{\"type\": \"teleport\"}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.hint")
                .isEqualTo("types: suspend, resume, rotate-keys");
    }

    private WebTestClient.ResponseSpec start(String slug, String operation) {
        return operator.post()
                .uri("/admin/v1/tenants/" + slug + "/operations")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(operation)
                .exchange();
    }

    private WebTestClient.ResponseSpec read(String path, String key) {
        return app.client().get().uri(path).header("apikey", key).exchange();
    }

    private WebTestClient.ResponseSpec order(Map<String, String> body) {
        return order(body, "key-" + System.nanoTime());
    }

    private WebTestClient.ResponseSpec order(Map<String, String> body, String idempotencyKey) {
        return operator.post()
                .uri("/admin/v1/tenants")
                .header("Idempotency-Key", idempotencyKey)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
