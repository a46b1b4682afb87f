package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** What a hostile or careless client of the data API is told: never a 5xx, always what is wrong and where. */
class RefusedDataTest {

    private static final RunningApp APP = RunningApp.shared();
    private static final TestTenant TENANT = APP.tenant();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final WebTestClient secret =
            APP.client().mutate().defaultHeader("apikey", TENANT.secret()).build();

    @ParameterizedTest
    @CsvSource({
        "Accept, garbage, 400",
        "Accept, a/b/c, 400",
        "Accept, application/json;q=x, 400",
        "Accept, application/xml, 406",
    })
    void aReadsHeaderThatCannotBeReadIsRefused(String header, String value, int status) {
        secret.get()
                .uri(TENANT.path("item"))
                .headers(headers -> headers.set(header, value))
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @ParameterizedTest
    @CsvSource({
        "garbage",
        "/",
        "a/b/c",
        "application/json; charset=bogus",
        "application/json; charset=utf-16",
        "text/csv; charset=utf-16"
    })
    void aTypeThatCannotBeReadIs415(String type) {
        assertThat(send("item", type, "{}", 415).get("code").stringValue()).isEqualTo("unsupported_media_type");
    }

    @ParameterizedTest
    @CsvSource({"item?name=eq.%FF", "item?name=eq.%C3%28", "it%FFem"})
    void anEscapeThatIsNotUtf8Is400(String path) {
        secret.get()
                .uri(URI.create("http://127.0.0.1:" + APP.port() + TENANT.path(path)))
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void aValueMayHoldTheReplacementCharacterItself() {
        secret.get()
                .uri(URI.create("http://127.0.0.1:" + APP.port() + TENANT.path("item?name=eq.%ef%bf%bd")))
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void twoKeysInOneHeaderNameAreNone() {
        APP.client()
                .get()
                .uri(TENANT.path("item"))
                .header("apikey", TENANT.secret(), TENANT.publishable())
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [{"mail": "a@b", "born": "2020-01-01"}, {"mail": "b@b", "born": "2020-13-45"}] | 1 | born  | 22008
            [{"mail": "a@b", "born": "garbage"}]                                           | 0 | born  | 22007
            {"mail": "a@b", "score": 12345}                                                | 0 | score | 22003
            """)
    void aValueThatPostgresRefusesIsNamed(String body, int row, String column, String code) {
        var problem = send("contact", "application/json", body, 400);

        assertThat(problem.get("row").intValue()).isEqualTo(row);
        assertThat(problem.get("column").stringValue()).isEqualTo(column);
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        assertThat(problem.get("message").stringValue()).startsWith("'" + column + "' of row " + row);
    }

    @Test
    void aValueThatPostgresRefusesIsNamedInAChangeToo() {
        send("contact", "application/json", "{\"mail\": \"changed@example.org\"}", 201);
        var problem = send(
                "PATCH", "contact?mail=eq.changed@example.org", "application/json", "{\"born\": \"2020-13-45\"}", 400);

        assertThat(problem.get("column").stringValue()).isEqualTo("born");
    }

    @Test
    void aRefusedFilterIsNotTakenForAMember() {
        var problem = send("PATCH", "contact?born=eq.never", "application/json", "{\"score\": 1}", 400);

        assertThat(problem.has("column")).isFalse();
    }

    @Test
    void halfASurrogatePairIsRefusedByName() {
        var problem = send("item", "application/json", "{\"id\": 1, \"name\": \"\\ud800\"}", 400);

        assertThat(problem.get("message").stringValue()).contains("'name' of row 0", "surrogate");
    }

    @ParameterizedTest
    @CsvSource({"{", "[{", "{\"id\":NaN}"})
    void brokenJsonIsToldInPlainWords(String body) {
        var details = send("item", "application/json", body, 400).get("details").stringValue();

        assertThat(details).contains("line 1").doesNotContain("Feature", "Source");
    }

    @Test
    void aStreamThatBreaksOffLateSaysWhy() {
        var lines = "{\"id\": 1, \"name\": \"a\"}\n{\"name\": \"b\"}";

        assertThat(send("item", "application/x-ndjson", lines, 400).get("code").stringValue())
                .isEqualTo("PGRST102");
    }

    @ParameterizedTest
    @CsvSource({"'id,name\n1,a\n2,b\rc\n', 3", "'id,name\n1\n', 2", "'id,name\n1,a\nx,b\n', 3"})
    void aBrokenLineOfCsvIsNamed(String csv, int line) {
        var body = csv.replace("\\n", "\n").replace("\\r", "\r");

        assertThat(send("item", "text/csv", body, 400).get("line").intValue()).isEqualTo(line);
    }

    @Test
    void aRowOfLinesThatPostgresRefusesIsNamed() {
        var lines = "{\"mail\": \"x\", \"born\": \"2020-01-01\"}\n{\"mail\": \"y\", \"born\": \"2020-13-01\"}";
        var problem = send("contact", "application/x-ndjson", lines, 400);

        assertThat(problem.get("row").intValue()).isEqualTo(1);
        assertThat(problem.get("column").stringValue()).isEqualTo("born");
    }

    @Test
    void anExtensionsTypeComparesByItsOwnOperators() {
        send("contact", "application/json", "{\"mail\": \"Ann@Example.org\"}", 201);

        for (var filter : new String[] {"eq.ann@example.org", "in.(ANN@EXAMPLE.ORG)", "like.ann*"}) {
            secret.get()
                    .uri(TENANT.path("contact?select=mail&mail=" + filter))
                    .exchange()
                    .expectBody(String.class)
                    .isEqualTo("[{\"mail\":\"Ann@Example.org\"}]");
        }
    }

    private JsonNode send(String relation, String type, String body, int status) {
        return send("POST", relation, type, body, status);
    }

    // The JDK's client sends what Spring's own refuses to write.
    private static JsonNode send(String method, String relation, String type, String body, int status) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + APP.port() + TENANT.path(relation)))
                .header("apikey", TENANT.secret())
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body))
                .build();
        var answer = CLIENT.sendAsync(request, BodyHandlers.ofString()).join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return RunningApp.json((answer.body().isEmpty() ? "{}" : answer.body()).getBytes(StandardCharsets.UTF_8));
    }
}
