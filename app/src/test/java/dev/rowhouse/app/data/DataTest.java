package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Rows over HTTP, on a tenant of its own for each test. */
class DataTest {

    private static final MediaType NDJSON = MediaType.parseMediaType("application/x-ndjson");

    private final RunningApp app = RunningApp.shared();
    private final TestTenant tenant = app.tenant();
    private final WebTestClient secret =
            app.client().mutate().defaultHeader("apikey", tenant.secret()).build();

    @Test
    void everyoneElseGetsOneAndTheSameAnswer() {
        var other = app.tenant();
        var unknown = refused("/t/nobody-lives-here/rest/v1/item", tenant.secret());

        assertThat(refused(tenant.path("item"), other.secret())).isEqualTo(unknown);
        assertThat(refused(tenant.path("item"), "")).isEqualTo(unknown);
        assertThat(refused(tenant.path("nonsense"), "rh_sec_guess")).isEqualTo(unknown);
        assertThat(refused("/t/NO_SLUG/rest/v1/item", tenant.secret())).isEqualTo(unknown);
        assertThat(refused(tenant.path("item"), null)).isEqualTo(unknown);
    }

    @Test
    void noSpellingOfAnAddressLetsAnothersKeyIn() {
        var other = app.tenant();
        var unknown = refused("/t/nobody-lives-here/rest/v1/item", tenant.secret());
        var encoded = "%" + Integer.toHexString(tenant.slug().charAt(0))
                + tenant.slug().substring(1);

        for (var spelling : List.of(tenant.slug().toUpperCase(Locale.ROOT), encoded, tenant.slug() + "%00")) {
            assertThat(refused("/t/" + spelling + "/rest/v1/item", other.secret()))
                    .isEqualTo(unknown);
        }
        for (var host : List.of(tenant.slug(), tenant.slug().toUpperCase(Locale.ROOT))) {
            assertThat(refused("/rest/v1/item", other.secret(), host + ".rows.test"))
                    .isEqualTo(unknown);
        }
        assertThat(refused("/t/" + tenant.slug() + "/rest/v1/item", other.secret(), other.slug() + ".rows.test"))
                .isEqualTo(unknown);
    }

    @Test
    void anothersIdIsAnyUnknownId() {
        insert("item", items(3));
        var other = app.tenant();

        for (var id : List.of("2", "987654")) {
            for (var method : List.of(HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE)) {
                var answer = app.client()
                        .method(method)
                        .uri(other.path("item?id=eq." + id))
                        .header("apikey", other.secret())
                        .header("Prefer", "return=representation")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(method == HttpMethod.PATCH ? "{\"name\":\"x\"}" : "")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
                assertThat(answer).isEqualTo("[]");
            }
        }
    }

    @Test
    void aKeyComesAsHeaderOrAsBearerOrAsBothAlike() {
        var client = app.client();
        var path = tenant.path("item");

        client.get()
                .uri(path)
                .header("Authorization", "Bearer " + tenant.secret())
                .exchange()
                .expectStatus()
                .isOk();
        client.get()
                .uri(path)
                .header("apikey", tenant.secret())
                .header("Authorization", "Bearer " + tenant.secret())
                .exchange()
                .expectStatus()
                .isOk();
        client.get()
                .uri(path)
                .header("apikey", tenant.secret())
                .header("Authorization", "Bearer " + tenant.publishable())
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void aHostNamesItsTenant() {
        app.client()
                .get()
                .uri("/rest/v1/item")
                .header("Host", tenant.slug() + ".rows.test")
                .header("apikey", tenant.secret())
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("[]");
    }

    @Test
    void aPublishableKeySeesWhatTheBlueprintGrants() {
        insert("note", "[{\"id\": 1, \"body\": \"open\"}, {\"id\": 200, \"body\": \"closed\"}]");
        var anon = app.client()
                .mutate()
                .defaultHeader("apikey", tenant.publishable())
                .build();

        anon.get()
                .uri(tenant.path("note?select=id"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("[{\"id\":1}]");
        anon.delete()
                .uri(tenant.path("item?id=eq.1"))
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("42501")
                .jsonPath("$.message")
                .isEqualTo("permission denied for table item");
    }

    @Test
    void aTotalIsCountedOnRequest() {
        insert("item", items(30));

        secret.get()
                .uri(tenant.path("item?order=id&limit=10&offset=5&select=id"))
                .header("Prefer", "count=exact")
                .exchange()
                .expectStatus()
                .isEqualTo(206)
                .expectHeader()
                .valueEquals("Content-Range", "5-14/30")
                .expectHeader()
                .valueEquals("Preference-Applied", "count=exact")
                .expectBody()
                .jsonPath("$[0].id")
                .isEqualTo(6)
                .jsonPath("$.length()")
                .isEqualTo(10);
        secret.get()
                .uri(tenant.path("item?id=eq.0"))
                .header("Prefer", "count=exact")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Content-Range", "*/0")
                .expectBody(String.class)
                .isEqualTo("[]");
        secret.get()
                .uri(tenant.path("item?offset=31"))
                .header("Prefer", "count=exact")
                .exchange()
                .expectStatus()
                .isEqualTo(416)
                .expectHeader()
                .valueEquals("Content-Range", "*/30");
    }

    @Test
    void aHeadHasAllButTheBody() {
        insert("item", items(3));

        secret.head()
                .uri(tenant.path("item"))
                .header("Prefer", "count=exact")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Content-Range", "0-2/3")
                .expectBody()
                .isEmpty();
    }

    @Test
    void rowsComeAsLinesOnRequest() {
        insert("item", items(2));

        secret.get()
                .uri(tenant.path("item?select=id&order=id"))
                .accept(NDJSON)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(NDJSON)
                .expectBody(String.class)
                .isEqualTo("{\"id\":1}\n{\"id\":2}\n");
        secret.get()
                .uri(tenant.path("item"))
                .accept(MediaType.APPLICATION_XML)
                .exchange()
                .expectStatus()
                .isEqualTo(406);
    }

    @Test
    void aLargeAnswerIsStreamed() {
        insert("item", items(1_000));

        secret.get()
                .uri(tenant.path("item?order=id"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .doesNotExist("Content-Length")
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1_000)
                .jsonPath("$[999].id")
                .isEqualTo(1_000);
    }

    @Test
    void aSmallAnswerTellsItsLength() {
        secret.get().uri(tenant.path("item")).exchange().expectHeader().contentLength(2);
    }

    @Test
    void rowsAreChangedAndDeleted() {
        insert("item", items(3));

        secret.patch()
                .uri(tenant.path("item?id=gte.2"))
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", "return=representation")
                .bodyValue("{\"name\": \"New\"}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Content-Range", "0-1/*")
                .expectBody()
                .jsonPath("$[0].name")
                .isEqualTo("New");
        secret.delete()
                .uri(tenant.path("item?id=eq.3"))
                .exchange()
                .expectStatus()
                .isNoContent();
        secret.get()
                .uri(tenant.path("item?select=id,name&order=id"))
                .exchange()
                .expectBody(String.class)
                .isEqualTo("[{\"id\":1,\"name\":\"Item 1\"},{\"id\":2,\"name\":\"New\"}]");
    }

    @Test
    void anInsertTellsItsKeyOnRequest() {
        secret.post()
                .uri(tenant.path("item"))
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", "return=headers-only")
                .bodyValue("{\"id\": 7, \"name\": \"Hoe\"}")
                .exchange()
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals("Location", tenant.path("item?id=eq.7"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nothing          | 404
            item?colour=eq.1 | 400
            item?id=eq       | 400
            item?id=eq.x     | 400
            item?limit=1001  | 400
            """)
    void aBadQueryIsAProblem(String query, int status) {
        secret.get()
                .uri(tenant.path(query))
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"id": 1, "name": "Twin"}    | 409 | 23505
            {"id": 2}                    | 400 | 23502
            {"id": 2, "name": "x", "price": -1} | 400 | 23514
            """)
    void whatTheDatabaseRefusesHasItsSqlState(String row, int status, String sqlState) {
        insert("item", "{\"id\": 1, \"name\": \"First\"}");

        secret.post()
                .uri(tenant.path("item"))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(row)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(sqlState)
                .jsonPath("$.message")
                .value(String.class, text -> assertThat(text).doesNotContain("h_"));
    }

    @Test
    void anotherMediaTypeIs415() {
        secret.post()
                .uri(tenant.path("item"))
                .contentType(MediaType.APPLICATION_XML)
                .bodyValue("<item/>")
                .exchange()
                .expectStatus()
                .isEqualTo(415);
    }

    private void insert(String relation, String rows) {
        secret.post()
                .uri(tenant.path(relation))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(rows)
                .exchange()
                .expectStatus()
                .isCreated();
    }

    private static String items(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "{\"id\": " + i + ", \"name\": \"Item " + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    // The answer's bytes but for the id of its trace.
    private String refused(String path, String key) {
        return refused(path, key, "localhost");
    }

    private String refused(String path, String key, String host) {
        var body = app.client()
                .get()
                .uri(URI.create("http://127.0.0.1:" + app.port() + path))
                .header("Host", host)
                .headers(headers -> {
                    if (key != null) {
                        headers.set("apikey", key);
                    }
                })
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return body.replaceAll("\"trace_id\":\"[0-9a-f]{32}\"", "\"trace_id\":\"\"");
    }
}
