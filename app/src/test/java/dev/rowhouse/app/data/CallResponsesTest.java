package dev.rowhouse.app.data;

import static dev.rowhouse.app.data.Functions.APP;
import static dev.rowhouse.app.data.Functions.TENANT;
import static dev.rowhouse.app.data.Functions.assertAnswer;
import static dev.rowhouse.app.data.Functions.get;
import static dev.rowhouse.app.data.Functions.post;
import static dev.rowhouse.app.data.Functions.problem;
import static dev.rowhouse.app.data.Functions.send;
import static dev.rowhouse.app.data.Functions.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.json.JsonMapper;

/** What functions say of their answers, what they can read of their requests, and what ends their transactions. */
class CallResponsesTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void voidHasNoContent() {
        var result = post("ret_void", "application/json", "{}");

        assertThat(result.getStatus().value()).isEqualTo(204);
        assertThat(result.getResponseHeaders().getContentType()).isNull();
        assertThat(result.getResponseBody()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            add_them?a=1&b=2        | application/vnd.pgrst.object+json | 200 | application/vnd.pgrst.object+json | 3
            getproject?id=1&select=id | application/vnd.pgrst.object+json | 200 | application/vnd.pgrst.object+json | {"id":1}
            getallprojects          | application/vnd.pgrst.object+json | 406 | application/problem+json | -
            getproject?id=1&select=id,name | text/csv                   | 200 | text/csv;charset=UTF-8   | `id,name\n1,"Windows 7"`
            one_project?id=1&select=id,name | text/csv                  | 200 | text/csv;charset=UTF-8   | `id,name\n1,"Windows 7"`
            getallprojects?id=eq.5  | application/vnd.pgrst.array+json;nulls=stripped | 200 | application/vnd.pgrst.array+json;nulls=stripped | [{"id":5,"name":"Orphan"}]
            ret_setof_integers      | application/x-ndjson              | 200 | application/x-ndjson     | `1\n2\n3\n`
            add_them?a=1&b=2        | audio/mpeg3                       | 406 | application/problem+json | -
            a_page                  | text/html                         | 200 | text/html;charset=UTF-8                | <h1>"Rows"</h1>
            a_page                  | */*                               | 200 | text/html;charset=UTF-8                | <h1>"Rows"</h1>
            a_page                  | application/json                  | 406 | application/problem+json | -
            """)
    void anAnswerIsWhatItsClientAccepts(String call, String accept, int status, String type, @Nullable String body) {
        var result = send(HttpMethod.GET, TENANT.publishable(), call, Map.of("Accept", accept), null);

        assertThat(result.getStatus().value()).as(text(result)).isEqualTo(status);
        assertThat(result.getResponseHeaders().getFirst("Content-Type")).isEqualTo(type);
        if (body != null) {
            assertThat(text(result)).isEqualTo(body.replace("\\n", "\n"));
        }
    }

    @Test
    void aBinaryAnswerIsItsBytes() {
        var result = send(HttpMethod.GET, TENANT.publishable(), "an_image", Map.of("Accept", "image/*"), null);

        assertThat(result.getResponseHeaders().getFirst("Content-Type")).isEqualTo("image/png");
        assertThat(result.getResponseBody()).containsExactly(0x89, 'P', 'N', 'G', '\r', '\n', 0, 0xff);
    }

    @ParameterizedTest
    @CsvSource({"DELETE", "PATCH", "PUT"})
    void aFunctionTakesNoOtherMethods(String method) {
        var result = send(HttpMethod.valueOf(method), TENANT.publishable(), "sayhello", Map.of(), null);

        var problem = problem(result, 405);
        assertThat(problem.get("code").stringValue()).isEqualTo("PGRST101");
        assertThat(problem.get("message").stringValue()).isEqualTo("Cannot use the " + method + " method on RPC");
    }

    @Test
    void aStatusIsTheFunctionsOwn() {
        var result = post("teapot", "application/json", "{}");

        assertThat(result.getStatus().value()).isEqualTo(418);
        assertThat(problem(result, 418).get("hint").stringValue()).isEqualTo("Tip it over and pour it out.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"getallprojects", "add_them?a=1&b=2"})
    void noAnswerHasHeadersThatItsFunctionDidNotAskFor(String call) {
        assertThat(get(call).getResponseHeaders().containsHeader("X-Test")).isFalse();
    }

    @Test
    void headersAreTheFunctionsOwn() {
        var result = get("projects_and_headers?select=id&id=eq.2");

        assertAnswer(result, 200, "[{\"id\":2}]");
        assertThat(result.getResponseHeaders().get("X-Test")).containsExactly("key1=val1; someValue", "two");
        assertThat(result.getResponseHeaders().get("Cache-Control")).containsExactly("public");
    }

    @Test
    void aFunctionsHeadersAreNoneOfAProblems() {
        var accept = Map.of("Accept", "application/vnd.pgrst.object+json");
        var result = send(HttpMethod.GET, TENANT.publishable(), "projects_and_headers", accept, null);

        assertThat(problem(result, 406).get("code").stringValue()).isEqualTo("PGRST116");
        assertThat(result.getResponseHeaders().containsHeader("X-Test")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            abc  | -                                       | PGRST112
            99   | -                                       | PGRST112
            199  | -                                       | PGRST112
            1000 | -                                       | PGRST112
            -    | {"X-Test": "not an array"}              | PGRST111
            -    | [{"X-Test": "a", "Y-Test": "b"}]        | PGRST111
            -    | [{"X-Test": {"a": "b"}}]                | PGRST111
            -    | [{"X-Test": 1}]                         | PGRST111
            -    | ["X-Test"]                              | PGRST111
            -    | [{"X-Test": "                           | PGRST111
            -    | [{"X-Test": "a\\r\\nSet-Cookie: b=c"}]  | PGRST111
            -    | [{"X Test": "a"}]                       | PGRST111
            -    | [{"": "a"}]                             | PGRST111
            -    | [{"Set-Cookie": "session=stolen"}]      | PGRST111
            -    | [{"Content-Length": "1"}]               | PGRST111
            -    | [{"transfer-encoding": "chunked"}]      | PGRST111
            -    | [{"Clear-Site-Data": "*"}]              | PGRST111
            """)
    void whatCannotBeAnsweredIsNotCommitted(@Nullable String status, @Nullable String headers, String code) {
        var result = answers(status, headers);

        assertThat(problem(result, 500).get("code").stringValue()).isEqualTo(code);
        assertThat(text(result)).doesNotContain("stolen");
        assertThat(result.getResponseHeaders().containsHeader("Set-Cookie")).isFalse();
        assertLogged("answers " + (headers == null ? status : headers), 0);
    }

    @Test
    void whatCanBeAnsweredIsCommitted() {
        var result = answers("201", "[{\"X-Good\": \"yes\"}]");

        assertAnswer(result, 201, "1");
        assertThat(result.getResponseHeaders().getFirst("X-Good")).isEqualTo("yes");
        assertLogged("answers [{\"X-Good\": \"yes\"}]", 1);
        assertThat(answers("204", "[{\"X-Empty\": \"yes\"}]").getResponseBody()).isNull();
    }

    @Test
    void aRaisedErrorIs400() {
        var problem = problem(post("just_fail", "application/json", "{}"), 400);

        assertThat(problem.get("code").stringValue()).isEqualTo("P0001");
        assertThat(problem.get("message").stringValue()).isEqualTo("I refuse!");
        assertThat(problem.get("details").stringValue()).isEqualTo("Pretty simple");
        assertThat(problem.get("hint").stringValue()).isEqualTo("There is nothing you can do.");
    }

    @ParameterizedTest
    @CsvSource({"PT402, 402", "PT418, 418", "PT503, 503", "PT40A, 500", "PT100, 500", "PT999, 500", "23505, 409"})
    void aRaisedCodeNamesTheStatus(String code, int status) {
        var problem = problem(get("raise_pt?code=" + code), status);

        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        assertThat(problem.get("message").stringValue()).isEqualTo("Payment Required");
        assertThat(problem.get("details").stringValue()).isEqualTo("Quota exceeded");
        assertThat(problem.get("hint").stringValue()).isEqualTo("Upgrade your plan");
        assertThat(problem.get("status").intValue()).isEqualTo(status);
    }

    @Test
    void aRaisedAnswerNamesEverything() {
        var result = raised(
                "{\"code\":\"123\",\"message\":\"ABC\",\"details\":\"DEF\",\"hint\":\"XYZ\"}",
                "{\"status\":432,\"status_text\":\"My Custom Status\",\"headers\":{\"X-Header\":\"str\"}}");

        var problem = problem(result, 432);
        assertThat(problem.get("code").stringValue()).isEqualTo("123");
        assertThat(problem.get("message").stringValue()).isEqualTo("ABC");
        assertThat(problem.get("details").stringValue()).isEqualTo("DEF");
        assertThat(problem.get("hint").stringValue()).isEqualTo("XYZ");
        assertThat(result.getResponseHeaders().getFirst("X-Header")).isEqualTo("str");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            INVALID                       | {"status":332,"headers":{}}                     | Invalid JSON value for MESSAGE: 'INVALID'
            {"code":"123"}                | {"status":332,"headers":{}}                     | Invalid JSON value for MESSAGE: '{"code":"123"}'
            {"code":"123","message":"A"}  | INVALID                                         | Invalid JSON value for DETAIL: 'INVALID'
            {"code":"123","message":"A"}  | {"status":"x","headers":{}}                     | Invalid JSON value for DETAIL: '{"status":"x","headers":{}}'
            {"code":"123","message":"A"}  | {"status":402}                                  | Invalid JSON value for DETAIL: '{"status":402}'
            {"code":"123","message":"A"}  | {"status":402,"headers":{"Set-Cookie":"a=b"}}   | Invalid JSON value for DETAIL: '{"status":402,"headers":{"Set-Cookie":"a=b"}}'
            {"code":"123","message":"A"}  | {"status":402,"headers":{"X":"a\\nb"}}          | Invalid JSON value for DETAIL: '{"status":402,"headers":{"X":"a\\nb"}}'
            """)
    void aRaisedAnswerThatCannotBeReadSaysSo(String message, String detail, String why) {
        var problem = problem(raised(message, detail), 500);

        assertThat(problem.get("code").stringValue()).isEqualTo("PGRST121");
        assertThat(problem.get("message").stringValue())
                .isEqualTo("Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error");
        assertThat(problem.get("details").stringValue()).isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            request.method     | "GET"
            request.path       | "/rpc/setting"
            request.jwt.claims | "{\\"role\\":\\"anon\\"}"
            """)
    void aFunctionReadsItsRequest(String setting, String value) {
        assertAnswer(get("setting?name=" + setting), 200, value);
    }

    @Test
    void aFunctionReadsTheHeadersButNoSecrets() {
        var headers = Map.of(
                "User-Agent", "it's \"me\" \\ $$; DROP",
                "Cookie", "session=1",
                "Authorization", "Bearer " + TENANT.publishable(),
                "X-Custom", "a");
        var result = send(HttpMethod.GET, TENANT.publishable(), "setting?name=request.headers", headers, null);

        var seen = JSON.readTree(problem(result, 200).stringValue());
        assertThat(seen.get("user-agent").stringValue()).isEqualTo("it's \"me\" \\ $$; DROP");
        assertThat(seen.get("x-custom").stringValue()).isEqualTo("a");
        assertThat(seen.propertyNames()).doesNotContain("apikey", "authorization", "cookie");
        assertThat(text(result)).doesNotContain(TENANT.publishable());
    }

    @Test
    void aTimezoneIsTheClients() {
        assertAnswer(preferring("timezone=America/Los_Angeles", "now_text", "{}"), 200, "\"America/Los_Angeles\"");
        assertThat(problem(preferring("handling=strict, timezone=Jupiter/Red_Spot", "now_text", "{}"), 400)
                        .get("code")
                        .stringValue())
                .isEqualTo("PGRST122");
    }

    @Test
    void aReadsTimezoneIsTheClientsToo() {
        var path = TENANT.path("moments?select=at");
        for (var zone : Map.of("Asia/Tokyo", "+09:00", "UTC", "+00:00").entrySet()) {
            var read = APP.client()
                    .get()
                    .uri(path)
                    .header("apikey", TENANT.publishable())
                    .header("Prefer", "timezone=" + zone.getKey())
                    .exchange()
                    .expectBody(String.class)
                    .returnResult();
            assertThat(read.getResponseBody()).contains(zone.getValue());
        }
    }

    @Test
    void policiesAndTriggersReadTheRequestToo() {
        var inserted = APP.client()
                .post()
                .uri(TENANT.path("witnessed?select=seen"))
                .header("apikey", TENANT.publishable())
                .header("Prefer", "return=representation")
                .header("X-Reason", "because")
                .header("Content-Type", "application/json")
                .bodyValue("{\"id\": 1}")
                .exchange()
                .expectBody(String.class)
                .returnResult();
        assertThat(inserted.getResponseBody()).isEqualTo("[{\"seen\":\"POST /witnessed because\"}]");
        var read = APP.client()
                .get()
                .uri(TENANT.path("who_asks"))
                .header("apikey", TENANT.publishable())
                .exchange()
                .expectBody(String.class)
                .returnResult();
        assertThat(read.getResponseBody()).isEqualTo("[{\"method\":\"GET\",\"path\":\"/who_asks\"}]");
    }

    @Test
    void aVolatileFunctionWritesByPostAlone() {
        assertThat(problem(get("add_log?t=got"), 405).get("code").stringValue()).isEqualTo("25006");
        assertLogged("got", 0);
        assertAnswer(post("add_log", "application/json", "{\"t\": \"posted\"}"), 200, "1");
        assertLogged("posted", 1);
        assertThat(problem(post("stable_writer", "application/json", "{\"t\": \"stable\"}"), 405)
                        .get("code")
                        .stringValue())
                .isEqualTo("25006");
    }

    @Test
    void aTransactionEndsAsTheClientPrefers() {
        assertAnswer(preferring("tx=rollback", "add_log", "{\"t\": \"undone\"}"), 200, "1");
        assertLogged("undone", 0);
        assertAnswer(preferring("tx=commit", "add_log", "{\"t\": \"done\"}"), 200, "1");
        assertLogged("done", 1);
    }

    @Test
    void noMoreRowsAreAffectedThanTheClientPrefers() {
        preferring("tx=commit", "add_log", "{\"t\": \"many\"}");
        preferring("tx=commit", "add_log", "{\"t\": \"many\"}");

        var refused = problem(preferring("handling=strict, max-affected=1", "del_log", "{\"t\": \"many\"}"), 400);
        assertThat(refused.get("code").stringValue()).isEqualTo("PGRST124");
        assertThat(refused.get("details").stringValue()).isEqualTo("The query affects 2 rows");
        assertLogged("many", 2);
        assertThat(problem(preferring("handling=strict, max-affected=1", "add_log", "{\"t\": \"one\"}"), 400)
                        .get("code")
                        .stringValue())
                .isEqualTo("PGRST128");
        assertLogged("one", 0);
        assertThat(preferring("handling=strict, max-affected=2", "del_log", "{\"t\": \"many\"}")
                        .getStatus()
                        .value())
                .isEqualTo(200);
        assertLogged("many", 0);
    }

    @Test
    void aSingularAnswerThatIsNoneUndoesTheCall() {
        preferring("tx=commit", "add_log", "{\"t\": \"two\"}");
        preferring("tx=commit", "add_log", "{\"t\": \"two\"}");
        var headers = Map.of("Content-Type", "application/json", "Accept", "application/vnd.pgrst.object+json");
        var result = send(HttpMethod.POST, TENANT.publishable(), "del_log", headers, "{\"t\": \"two\"}");

        assertThat(problem(result, 406).get("code").stringValue()).isEqualTo("PGRST116");
        assertLogged("two", 2);
    }

    @Test
    void anAnswerTooLargeToHoldIsRefused() {
        assertThat(problem(post("huge", "application/json", "{}"), 413)
                        .get("code")
                        .stringValue())
                .isEqualTo("answer_too_large");
    }

    @Test
    void aFunctionsOwnTimeOutHolds() {
        assertThat(problem(post("sleepy", "application/json", "{}"), 504)
                        .get("code")
                        .stringValue())
                .isEqualTo("57014");
    }

    private static EntityExchangeResult<byte[]> answers(@Nullable String status, @Nullable String headers) {
        var arguments = new HashMap<String, @Nullable String>();
        arguments.put("status", status);
        arguments.put("headers", headers);
        return post("answers", "application/json", JSON.writeValueAsString(arguments));
    }

    private static EntityExchangeResult<byte[]> raised(String message, String detail) {
        return post("raise_pgrst", "application/json", JSON.writeValueAsString(Map.of("m", message, "d", detail)));
    }

    private static EntityExchangeResult<byte[]> preferring(String preferences, String call, String body) {
        var headers = Map.of("Content-Type", "application/json", "Prefer", preferences);
        return send(HttpMethod.POST, TENANT.publishable(), call, headers, body);
    }

    private static void assertLogged(String text, int times) {
        var result = post("count_log", "application/json", JSON.writeValueAsString(Map.of("t", text)));
        assertThat(RunningApp.json(result.getResponseBody()).intValue()).isEqualTo(times);
    }
}
