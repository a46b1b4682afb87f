package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Representations, ranges and totals of reads, on thirty items: ids 1 to 30, prices only of the even ones. */
class ReadAnswerTest {

    private static final RunningApp APP = RunningApp.shared();
    private static final TestTenant TENANT = APP.tenant();

    private static final WebTestClient SECRET =
            APP.client().mutate().defaultHeader("apikey", TENANT.secret()).build();

    @BeforeAll
    static void thirtyItems() {
        insert(
                "item",
                IntStream.rangeClosed(1, 30)
                        .mapToObj(i -> "{\"id\": " + i + ", \"name\": \"Item " + i + "\", \"price\": "
                                + (i % 2 == 0 ? i + ".50" : "null") + "}")
                        .collect(Collectors.joining(",", "[", "]")));
        insert(
                "contact",
                IntStream.rangeClosed(1, 1_200)
                        .mapToObj(i -> "{\"mail\": \"m" + i + "@example.org\", \"score\": " + (i % 10) + "}")
                        .collect(Collectors.joining(",", "[", "]")));
    }

    @Test
    void oneRowIsAnObjectOnRequest() {
        var answer = get("item?id=eq.2", accept("application/vnd.pgrst.object+json"));

        assertThat(answer.getStatus().value()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("{\"id\":2,\"name\":\"Item 2\",\"price\":2.50}");
        assertThat(header(answer, "Content-Type")).isEqualTo("application/vnd.pgrst.object+json");
        assertThat(header(answer, "Content-Range")).isEqualTo("0-0/*");
    }

    @ParameterizedTest
    @CsvSource({"item?id=eq.0, 0", "item, 30", "item?limit=7, 7"})
    void notExactlyOneRowIsNoObject(String query, int rows) {
        var answer = get(query, accept("application/vnd.pgrst.object+json"));

        assertThat(answer.getStatus().value()).isEqualTo(406);
        var problem = RunningApp.json(answer.getResponseBody());
        assertThat(problem.get("code").stringValue()).isEqualTo("PGRST116");
        assertThat(problem.get("message").stringValue()).isEqualTo("Cannot coerce the result to a single JSON object");
        assertThat(problem.get("details").stringValue()).isEqualTo("The result contains " + rows + " rows");
        assertThat(head(query, accept("application/vnd.pgrst.object+json"))
                        .getStatus()
                        .value())
                .isEqualTo(406);
    }

    @Test
    void nullsAreLeftOutOnRequest() {
        var rows = get("item?id=in.(1,2)&order=id", accept("application/vnd.pgrst.array+json;nulls=stripped"));
        var row = get("item?id=eq.1", accept("application/vnd.pgrst.object+json;nulls=stripped"));

        assertThat(text(rows))
                .isEqualTo("[{\"id\":1,\"name\":\"Item 1\"},{\"id\":2,\"name\":\"Item 2\",\"price\":2.50}]");
        assertThat(header(rows, "Content-Type")).isEqualTo("application/vnd.pgrst.array+json;nulls=stripped");
        assertThat(text(row)).isEqualTo("{\"id\":1,\"name\":\"Item 1\"}");
    }

    @Test
    void rowsComeAsCsvOnRequest() {
        var answer = get("item?id=lte.2&order=id", accept("text/csv"));

        assertThat(text(answer)).isEqualTo("id,name,price\n1,\"Item 1\",\n2,\"Item 2\",2.50");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/csv;charset=UTF-8");
        assertThat(header(answer, "Content-Range")).isEqualTo("0-1/*");
        assertThat(text(get("item?id=eq.0", accept("text/csv")))).isEmpty();
    }

    @Test
    void csvUnderPoliciesAndWithATotalIsTheSame() {
        var answer = APP.client()
                .get()
                .uri(TENANT.path("item?id=lte.2&order=id"))
                .header("apikey", TENANT.publishable())
                .header("Prefer", "count=exact")
                .accept(MediaType.parseMediaType("text/csv"))
                .exchange()
                .expectBody()
                .returnResult();

        assertThat(text(answer)).isEqualTo("id,name,price\n1,\"Item 1\",\n2,\"Item 2\",2.50");
        assertThat(header(answer, "Content-Range")).isEqualTo("0-1/2");
    }

    @Test
    void aLongCsvIsStreamed() {
        var answer = get("contact?order=mail", accept("text/csv"));

        assertThat(text(answer).lines()).hasSize(1_201);
        assertThat(header(answer, "Content-Length")).isNull();
    }

    @Test
    void anUnknownTypeIs406() {
        var problem = RunningApp.json(get("item", accept("unknown/unknown")).getResponseBody());

        assertThat(problem.get("status").intValue()).isEqualTo(406);
        assertThat(problem.get("code").stringValue()).isEqualTo("PGRST107");
        assertThat(problem.get("message").stringValue())
                .isEqualTo("None of these media types are available: unknown/unknown");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            item?order=id                  | 0-9         |             | 200 | 0-9/*   | 10
            item?order=id                  | items=5-9   |             | 200 | 5-9/*   | 5
            item?order=id                  | 25-         |             | 200 | 25-29/* | 5
            item?order=id                  | 25-99       | count=exact | 206 | 25-29/30 | 5
            item?order=id                  | 0-99        | count=exact | 200 | 0-29/30 | 30
            item?order=id                  | 0-0         | count=exact | 206 | 0-0/30  | 1
            item?order=id&limit=3          | 0-1         |             | 200 | 0-1/*   | 2
            item?order=id&offset=2         | 0-3         |             | 200 | 2-3/*   | 2
            item?id=eq.0                   | 0-1         |             | 200 | */*     | 0
            item?id=eq.0                   |             | count=exact | 200 | */0     | 0
            item?limit=0                   |             |             | 200 | */*     | 0
            item?limit=0                   |             | count=exact | 206 | */30    | 0
            item?offset=30                 |             | count=exact | 206 | */30    | 0
            item?order=id                  | bytes=0-9   |             | 200 | 0-29/*  | 30
            item?order=id                  | nonsense    |             | 200 | 0-29/*  | 30
            """)
    void aRangeIsOfRows(String query, String range, String prefer, int status, String contentRange, int rows) {
        Consumer<HttpHeaders> headers = all -> {
            set(all, "Range", range);
            set(all, "Prefer", prefer);
        };
        var answer = get(query, headers);
        var head = head(query, headers);

        assertThat(answer.getStatus().value()).isEqualTo(status);
        assertThat(header(answer, "Content-Range")).isEqualTo(contentRange);
        assertThat(header(answer, "Range-Unit")).isEqualTo("items");
        assertThat(RunningApp.json(answer.getResponseBody()).size()).isEqualTo(rows);
        assertThat(head.getStatus().value()).isEqualTo(status);
        assertThat(header(head, "Content-Range")).isEqualTo(contentRange);
        assertThat(header(head, "Content-Type")).isEqualTo("application/json");
        assertThat(head.getResponseBody()).isNull();
    }

    @Test
    void aRangeOfAnotherUnitIsNotOfRows() {
        var answer = get("item", headers -> {
            headers.set("Range-Unit", "pages");
            headers.set("Range", "0-1");
        });

        assertThat(header(answer, "Content-Range")).isEqualTo("0-29/*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            item            | 1-0 | The lower boundary must be lower than or equal to the upper boundary in the Range header. |
            item?offset=100 |     | An offset of 100 was requested, but there are only 30 rows. | */30
            item?id=eq.0    | 1-2 | An offset of 1 was requested, but there are only 0 rows.    | */0
            """)
    void aRangeThatIsNotThereIs416(String query, String range, String details, String contentRange) {
        Consumer<HttpHeaders> headers = all -> {
            set(all, "Range", range);
            set(all, "Prefer", "count=exact");
        };
        var answer = get(query, headers);
        var problem = RunningApp.json(answer.getResponseBody());

        assertThat(answer.getStatus().value()).isEqualTo(416);
        assertThat(problem.get("code").stringValue()).isEqualTo("PGRST103");
        assertThat(problem.get("message").stringValue()).isEqualTo("Requested range not satisfiable");
        assertThat(problem.get("details").stringValue()).isEqualTo(details);
        assertThat(header(answer, "Content-Range")).isEqualTo(contentRange);
        assertThat(head(query, headers).getStatus().value()).isEqualTo(416);
    }

    @Test
    void aPlannedTotalIsThePlanners() {
        var answer = get("contact?select=mail&limit=5", headers -> headers.set("Prefer", "count=planned"));
        var total = Long.parseLong(header(answer, "Content-Range").substring("0-4/".length()));

        assertThat(answer.getStatus().value()).isEqualTo(206);
        assertThat(total).isGreaterThanOrEqualTo(5);
        assertThat(header(answer, "Preference-Applied")).isEqualTo("count=planned");
        assertThat(RunningApp.json(answer.getResponseBody()).size()).isEqualTo(5);
    }

    @Test
    void anEstimatedTotalIsExactWhileItIsSmall() {
        Consumer<HttpHeaders> estimated = headers -> headers.set("Prefer", "count=estimated");

        assertThat(header(get("item?limit=5", estimated), "Content-Range")).isEqualTo("0-4/30");
        assertThat(header(head("item?limit=5", estimated), "Content-Range")).isEqualTo("0-4/30");
        assertThat(header(get("contact?mail=like.*1@*", estimated), "Content-Range"))
                .endsWith("/120");
        var many = header(head("contact?limit=5", estimated), "Content-Range");
        assertThat(Long.parseLong(many.substring("0-4/".length()))).isGreaterThan(1_000);
    }

    @Test
    void anAnswerTellsWhereItStands() {
        assertThat(header(get("item?select=id&id=eq.1", _ -> {}), "Content-Location"))
                .isEqualTo(TENANT.path("item?id=eq.1&select=id"));
        assertThat(header(get("item", _ -> {}), "Vary"))
                .isEqualTo("Accept, Prefer, Range, Origin, apikey, Authorization");
        var longList = IntStream.range(0, 1_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        assertThat(header(get("item?id=in.(" + longList + ")", _ -> {}), "Content-Location"))
                .isNull();
    }

    @Test
    void theDurationsAreToldOnRequestOnly() {
        assertThat(header(get("item", headers -> headers.set("Server-Timing", "?1")), "Server-Timing"))
                .matches("jwt;dur=[\\d.]+, parse;dur=[\\d.]+, plan;dur=[\\d.]+, transaction;dur=[\\d.]+, "
                        + "response;dur=[\\d.]+");
        assertThat(header(get("item", _ -> {}), "Server-Timing")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"public, 200", "private, 406", "pg_catalog, 406"})
    void thereIsOneSchema(String schema, int status) {
        var answer = get("item?limit=1", headers -> headers.set("Accept-Profile", schema));

        assertThat(answer.getStatus().value()).isEqualTo(status);
        if (status == 200) {
            assertThat(header(answer, "Content-Profile")).isEqualTo("public");
        } else {
            var problem = RunningApp.json(answer.getResponseBody());
            assertThat(problem.get("code").stringValue()).isEqualTo("PGRST106");
            assertThat(problem.get("message").stringValue()).isEqualTo("Invalid schema: " + schema);
        }
    }

    @Test
    void aRefusedValueIsToldWithItsParameter() {
        var problem =
                RunningApp.json(get("contact?score=gt.3&born=eq.never", _ -> {}).getResponseBody());

        assertThat(problem.get("code").stringValue()).isEqualTo("22007");
        assertThat(problem.get("parameter").stringValue()).isEqualTo("born");
    }

    @Test
    void whoIsNoUserIsAskedForOneWhereAUserMightBePermitted() {
        APP.client()
                .get()
                .uri(TENANT.path("contact"))
                .header("apikey", TENANT.publishable())
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("WWW-Authenticate", "Bearer")
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("42501");
    }

    @Test
    void aSecretKeySeesHowPostgresWouldAnswer() {
        var text = get("item?id=eq.2", accept("application/vnd.pgrst.plan"));
        var json = get(
                "item?id=eq.2",
                accept("application/vnd.pgrst.plan+json; for=\"text/csv\"; options=analyze|buffers|bogus"));

        assertThat(text(text)).contains("Index Scan using item_pkey").doesNotContain("Actual", "h_");
        assertThat(header(text, "Content-Type")).isEqualTo("application/vnd.pgrst.plan+text;for=\"application/json\"");
        assertThat(RunningApp.json(json.getResponseBody()).get(0).has("Execution Time"))
                .isTrue();
        assertThat(text(json)).contains("item_pkey", "WindowAgg", "Shared Hit Blocks");
        assertThat(header(json, "Content-Type"))
                .isEqualTo("application/vnd.pgrst.plan+json;for=\"text/csv;charset=UTF-8\";options=analyze|buffers");
    }

    @Test
    void aPlanHidesTheHouseWhateverIsAskedOfIt() {
        var plan = text(
                get("item?id=eq.2&name=eq.x", accept("application/vnd.pgrst.plan+json; options=verbose|settings")));

        assertThat(plan).contains("\"Schema\": \"house\"").doesNotContainPattern("h_[a-z2-7]{16}");
        assertThat(RunningApp.json(plan.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .isArray())
                .isTrue();
    }

    @Test
    void nobodyElseSeesAPlan() {
        APP.client()
                .get()
                .uri(TENANT.path("item"))
                .header("apikey", TENANT.publishable())
                .header("Accept", "application/vnd.pgrst.plan+json")
                .exchange()
                .expectStatus()
                .isEqualTo(406)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("PGRST107");
    }

    @Test
    void aRelationTellsItsMethods() {
        assertThat(header(options("item"), "Allow")).isEqualTo("OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE");
        assertThat(header(options("item_name"), "Allow")).startsWith("OPTIONS,GET,HEAD");
        assertThat(options("nothing").getStatus().value()).isEqualTo(404);
    }

    private static void set(HttpHeaders headers, String name, String value) {
        if (value != null) {
            headers.set(name, value);
        }
    }

    private static Consumer<HttpHeaders> accept(String mediaType) {
        return headers -> headers.set(HttpHeaders.ACCEPT, mediaType);
    }

    private static EntityExchangeResult<byte[]> get(String query, Consumer<HttpHeaders> headers) {
        return send(HttpMethod.GET, query, headers);
    }

    private static EntityExchangeResult<byte[]> head(String query, Consumer<HttpHeaders> headers) {
        return send(HttpMethod.HEAD, query, headers);
    }

    private static EntityExchangeResult<byte[]> options(String query) {
        return send(HttpMethod.OPTIONS, query, _ -> {});
    }

    private static EntityExchangeResult<byte[]> send(HttpMethod method, String query, Consumer<HttpHeaders> headers) {
        return SECRET.method(method)
                .uri(TENANT.path(query))
                .headers(headers)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static String header(EntityExchangeResult<byte[]> answer, String name) {
        return answer.getResponseHeaders().getFirst(name);
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        return answer.getResponseBody() == null
                ? ""
                : new String(answer.getResponseBody(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void insert(String relation, String rows) {
        SECRET.post()
                .uri(TENANT.path(relation))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(rows)
                .exchange()
                .expectStatus()
                .isCreated();
    }
}
