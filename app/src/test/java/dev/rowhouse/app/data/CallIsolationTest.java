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

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** What a call cannot reach, and what it leaves behind for the next borrower of its connection: nothing. */
class CallIsolationTest {

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void nothingThatAFunctionLeavesIsThereForTheNext(String method) {
        for (int i = 0; i < 10; i++) {
            assertAnswer(
                    send(HttpMethod.valueOf(method), TENANT.publishable(), "litter", Map.of(), null),
                    201,
                    "\"CANARY\"");

            var left = problem(get("leftovers"), 200);
            assertThat(left.get("leak").isNull()).isTrue();
            assertThat(left.get("path").stringValue()).isEqualTo("pg_catalog, extensions");
            assertThat(left.get("timeout").stringValue()).isEqualTo("15s");
            assertThat(left.get("method").stringValue()).isEqualTo("GET");
            assertThat(left.get("prepared").intValue()).isZero();
            assertThat(left.get("cursors").intValue()).isZero();
            assertThat(left.get("locks").intValue()).isZero();
            assertThat(left.get("role").booleanValue()).isTrue();
        }
    }

    @Test
    void aFailedCallLeavesNothingEither() {
        problem(post("raise_pgrst", "application/json", "{\"m\": \"\", \"d\": \"\"}"), 500);
        problem(post("sleepy", "application/json", "{}"), 504);

        assertThat(problem(get("leftovers"), 200).get("timeout").stringValue()).isEqualTo("15s");
    }

    @Test
    void whatIsNotGrantedIsRefused() {
        var refused = problem(post("for_service", "application/json", "{}"), 401);
        assertThat(refused.get("code").stringValue()).isEqualTo("42501");

        assertAnswer(
                send(HttpMethod.POST, TENANT.secret(), "for_service", Map.of("Content-Type", "application/json"), "{}"),
                200,
                "1");
    }

    @Test
    void anothersFunctionsAreAnothers() {
        var other = APP.tenant(Map.of("blueprint", "calls"));
        post("add_log", "application/json", "{\"t\": \"CANARY-A\"}");

        assertThat(text(call("GET", other.path("rpc/count_log?t=CANARY-A"), other.publishable())))
                .isEqualTo("0");
        assertThat(text(call("GET", TENANT.path("rpc/count_log?t=CANARY-A"), TENANT.publishable())))
                .isEqualTo("1");
        var unknown = call("GET", "/t/nobody-lives-here/rest/v1/rpc/count_log?t=CANARY-A", other.secret());
        for (var key : new String[] {other.publishable(), other.secret(), "rh_sec_guess"}) {
            var refused = call("GET", TENANT.path("rpc/count_log?t=CANARY-A"), key);
            assertThat(refused.getStatus()).isEqualTo(unknown.getStatus());
            assertThat(untraced(refused)).isEqualTo(untraced(unknown));
        }
        assertThat(call("OPTIONS", TENANT.path("rpc/count_log"), other.secret())
                        .getStatus()
                        .value())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "now",
                "pg_sleep?=1",
                "pg_catalog.now",
                "current_setting?setting_name=role",
                "set_config?setting_name=role&new_value=postgres&is_local=false",
                "add_them%22(1,2)--?a=1",
                "%22add_them%22?a=1&b=2",
                "%00?a=1",
                "add_them?a=1&b=2&c)%20FROM%20pg_authid--=1",
                "add_them?a=1&%22=2",
                "add_them?a=1&=2",
                "a_procedure",
                "a_trigger",
            })
    void whatIsNoFunctionOfTheHouseIsNotCalled(String call) {
        var result = get(call);

        assertThat(result.getStatus().value()).as(text(result)).isBetween(400, 404);
        assertThat(problem(result, result.getStatus().value()).get("code").stringValue())
                .startsWith("PGRST");
        assertAnswer(get("add_them?a=1&b=2"), 200, "3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            sayhello | application/json                  | {"name": "a\\u0000b"}
            sayhello | application/json                  | {"name": "\\ud800"}
            sayhello | application/json                  | {"name": "a", "name": "b"}
            sayhello | application/json                  | {"name": "a"} x
            sayhello | application/json                  | {"name":
            sayhello | application/json                  | sdfsdf
            sayhello | application/x-www-form-urlencoded | name=%00
            sayhello | application/x-www-form-urlencoded | name=%
            unnamed_xml | text/xml                       | <
            unnamed_text | text/plain;charset=utf-16     | x
            add_them | application/json                  | {"a": "x", "b": 1}
            add_them | application/json                  | {"a": {"x": 1}, "b": 1}
            add_them | application/json                  | {"a": 99999999999, "b": 1}
            add_them | text/csv                          | a,b
            varied   | application/json                  | {"double": 1, "varchar": "a", "boolean": 7, "date": "2020-13-45", "mood": "angry", "arr": 3}
            """)
    void aBodyThatCannotBeReadIsRefused(String call, String type, String body) {
        var result = post(call, type, body);

        assertThat(result.getStatus().value()).as(text(result)).isBetween(400, 415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sayhello?name=%00",
                "plus_one?arr=%7B1,2",
                "composite_argument?p=(1",
                "ret_range?low=20&up=10",
                "varied?double=x&varchar=a&boolean=b&date=c&mood=d&arr=e",
                "getallprojects?limit=-1",
                "getallprojects?select=(",
                "add_them?a=2147483647&b=1",
            })
    void anArgumentThatCannotBeReadIsRefused(String call) {
        var result = get(call);

        assertThat(result.getStatus().value()).as(text(result)).isBetween(400, 416);
    }

    private static String untraced(EntityExchangeResult<byte[]> result) {
        return text(result).replaceAll("\"trace_id\":\"[^\"]*\"", "");
    }

    private static EntityExchangeResult<byte[]> call(String method, String path, String key) {
        return APP.client()
                .method(HttpMethod.valueOf(method))
                .uri(URI.create("http://127.0.0.1:" + APP.port() + path))
                .header("apikey", key)
                .exchange()
                .expectBody()
                .returnResult();
    }
}
