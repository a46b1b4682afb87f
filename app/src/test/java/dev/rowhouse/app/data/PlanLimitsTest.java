package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/**
 * What a tenant's plan allows one request, each with what a plan without settings allows. The plans are those of
 * {@link RunningApp#settings}.
 */
class PlanLimitsTest {

    private static final RunningApp APP = RunningApp.shared();
    private static final TestTenant TENANT = tenant();

    @AfterEach
    void comeBackToNoPlan() {
        onPlan("standard");
    }

    @ParameterizedTest
    @ValueSource(strings = {"part", "rpc/numbers", "part?select=id", "rpc/parts", "part?order=id&after="})
    void anAnswerEndsAfterThePlansRows(String address) {
        assertThat(rows(address)).hasSize(12);
        onPlan("few");
        assertThat(rows(address)).hasSize(3);
    }

    @Test
    void anEmbeddedListEndsAfterThePlansRows() {
        var address = "part?id=eq.1&select=id,parts:part(id)";
        assertThat(rows(address).get(0).get("parts")).hasSize(11);
        onPlan("few");
        assertThat(rows(address).get(0).get("parts")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"part?limit=4|limit", "rpc/numbers?limit=4|limit", "part?select=id,p:part(id)&p.limit=4|p.limit"})
    void aLargerLimitIsRefusedByItsMaximum(String address, String parameter) {
        assertThat(get(address, TENANT.publishable()).getStatus().value()).isEqualTo(200);
        onPlan("few");
        var problem = problem(get(address, TENANT.publishable()), 400);
        assertThat(problem.get("code").stringValue()).isEqualTo("PGRST103");
        assertThat(problem.get("message").stringValue()).isEqualTo("limit is 4 (maximum: 3)");
        assertThat(problem.get("details").stringValue()).isEqualTo("parameter '" + parameter + "'");
        assertThat(rows(address.replace("limit=4", "limit=3"))).hasSize(3);
    }

    @Test
    void aPlanMayAllowMoreThanOthers() {
        assertThat(problem(get("part?limit=1001", TENANT.publishable()), 400)
                        .get("code")
                        .stringValue())
                .isEqualTo("PGRST103");
        onPlan("many");
        assertThat(rows("part?limit=1001")).hasSize(12);
        assertThat(rows("rpc/numbers?upto=1500")).hasSize(1_500);
        assertThat(rows("rpc/numbers?upto=2500")).hasSize(2_000);
    }

    @Test
    void aCursorGoesOnBehindAPageOfThePlan() {
        onPlan("few");
        var first = get("part?order=id&select=id&after=", TENANT.publishable());
        assertThat(first.getResponseHeaders().getFirst("Link")).contains("rel=\"next\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rpc/nap?seconds=0.5", "rpc/lazy?seconds=0.5", "napping?select=slept"})
    void aStatementEndsWithThePlansTimeOut(String address) {
        assertThat(get(address, TENANT.publishable()).getStatus().value()).isEqualTo(200);
        onPlan("brief");
        assertThat(problem(get(address, TENANT.publishable()), 504).get("code").stringValue())
                .isEqualTo("57014");
    }

    @Test
    void aWriteEndsWithThePlansTimeOut() {
        onPlan("brief");
        var answer = send(HttpMethod.POST, "napping_part", TENANT.secret(), "{\"id\": 100}");
        assertThat(problem(answer, 504).get("code").stringValue()).isEqualTo("57014");
        onPlan("standard");
        assertThat(get("napping_part", TENANT.secret()).getResponseBody()).isEqualTo("[]".getBytes());
        assertThat(send(HttpMethod.POST, "napping_part", TENANT.secret(), "{\"id\": 100}")
                        .getStatus()
                        .value())
                .isEqualTo(201);
    }

    @Test
    void aPlanMayAllowMoreTimeThanOthersAndAFunctionLess() {
        assertThat(text("rpc/patience")).isEqualTo("\"15s\"");
        onPlan("patient");
        assertThat(text("rpc/patience")).isEqualTo("\"40s\"");
        assertThat(text("rpc/patience_of_its_own")).isEqualTo("\"20s\"");
    }

    @Test
    void plainTablesAreReadAndWrittenUnderAnotherTimeOutToo() {
        onPlan("patient");
        assertThat(rows("part?select=id&id=eq.3")).hasSize(1);
        var insert = send(HttpMethod.POST, "part", TENANT.secret(), "{\"id\": 500}");
        assertThat(insert.getStatus().value()).isEqualTo(201);
        var delete = send(HttpMethod.DELETE, "part?id=eq.500", TENANT.secret(), "");
        assertThat(delete.getStatus().value()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "part?select=id,a:part(b:part(id))",
                "rpc/numbers",
                "rpc/nap?seconds=0",
                "part?select=id,a:part(b:part(id))&after=&order=id"
            })
    void whatCostsTooMuchIsRefusedWithoutTheSecretKey(String address) {
        assertThat(get(address, TENANT.publishable()).getStatus().value()).isEqualTo(200);
        onPlan("cheap");
        var problem = problem(get(address, TENANT.publishable()), 422);
        assertThat(problem.get("code").stringValue()).isEqualTo("too_costly");
        assertThat(problem.get("details").stringValue()).isEqualTo("maximum: 12.0");
        assertThat(get(address, TENANT.secret()).getStatus().value()).isEqualTo(200);
    }

    @Test
    void whatCostsTooMuchIsNotCalledByPost() {
        onPlan("cheap");
        var refused = send(HttpMethod.POST, "rpc/add_part", TENANT.publishable(), "{\"part\": 900}");
        assertThat(problem(refused, 422).get("code").stringValue()).isEqualTo("too_costly");
        assertThat(rows("part?id=eq.900")).isEmpty();
        onPlan("standard");
        assertThat(send(HttpMethod.POST, "rpc/add_part", TENANT.publishable(), "{\"part\": 900}")
                        .getStatus()
                        .is2xxSuccessful())
                .isTrue();
        assertThat(rows("part?id=eq.900")).hasSize(1);
        send(HttpMethod.DELETE, "part?id=eq.900", TENANT.secret(), "");
    }

    @Test
    void whatCostsLittleIsAnsweredUnderACeiling() {
        onPlan("cheap");
        assertThat(rows("part?id=eq.3&select=id")).hasSize(1);
        assertThat(send(HttpMethod.POST, "part", TENANT.secret(), "{\"id\": 700}")
                        .getStatus()
                        .value())
                .isEqualTo(201);
        send(HttpMethod.DELETE, "part?id=eq.700", TENANT.secret(), "");
    }

    @Test
    void embeddingEndsAtThePlansDepth() {
        var deep = "part?id=eq.1&select=id,a:part(b:part(id))";
        assertThat(rows(deep)).hasSize(1);
        onPlan("flat");
        var problem = problem(get(deep, TENANT.publishable()), 400);
        assertThat(problem.get("code").stringValue()).isEqualTo("PGRST100");
        assertThat(problem.get("details").stringValue()).contains("1 deep");
        assertThat(rows("part?id=eq.1&select=id,a:part(id)")).hasSize(1);
        var written =
                send(HttpMethod.PATCH, "part?id=eq.0&select=id,a:part(b:part(id))", TENANT.secret(), "{\"id\":0}");
        assertThat(problem(written, 400).get("code").stringValue()).isEqualTo("PGRST100");
    }

    private static void onPlan(String plan) {
        APP.operator()
                .patch()
                .uri("/admin/v1/tenants/" + TENANT.slug())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("plan", plan))
                .exchange()
                .expectStatus()
                .isOk();
    }

    private static JsonNode rows(String address) {
        var answer = get(address, TENANT.publishable());
        assertThat(answer.getStatus().is2xxSuccessful())
                .as(Functions.text(answer))
                .isTrue();
        return RunningApp.json(answer.getResponseBody());
    }

    private static String text(String address) {
        return new String(get(address, TENANT.publishable()).getResponseBody(), StandardCharsets.UTF_8);
    }

    private static JsonNode problem(EntityExchangeResult<byte[]> answer, int status) {
        return Functions.problem(answer, status);
    }

    private static EntityExchangeResult<byte[]> get(String address, String key) {
        return send(HttpMethod.GET, address, key, "");
    }

    private static EntityExchangeResult<byte[]> send(HttpMethod method, String address, String key, String body) {
        var request = APP.client()
                .method(method)
                .uri(URI.create("http://127.0.0.1:" + APP.port() + TENANT.path(address)))
                .header("apikey", key)
                .header("Prefer", method.equals(HttpMethod.PATCH) ? "return=representation" : "return=minimal");
        return (body.isEmpty()
                        ? request
                        : request.contentType(MediaType.APPLICATION_JSON).bodyValue(body))
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static TestTenant tenant() {
        var files = List.of(Map.of("name", "limits.sql", "text", """
                CREATE TABLE part (id int PRIMARY KEY, within int REFERENCES part);
                INSERT INTO part SELECT n, CASE WHEN n > 1 THEN 1 END FROM generate_series(1, 12) AS n;
                GRANT SELECT ON part TO anon;
                CREATE FUNCTION numbers(upto int DEFAULT 12) RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 5000
                  AS 'BEGIN RETURN QUERY SELECT generate_series(1, upto); END';
                CREATE FUNCTION parts() RETURNS SETOF part LANGUAGE sql STABLE AS 'SELECT * FROM part';
                CREATE FUNCTION nap(seconds float8) RETURNS float8 LANGUAGE plpgsql STABLE COST 1000000
                  AS 'BEGIN PERFORM pg_sleep(seconds); RETURN seconds; END';
                CREATE FUNCTION lazy(seconds float8) RETURNS SETOF float8 LANGUAGE plpgsql STABLE
                  AS 'BEGIN PERFORM pg_sleep(seconds); RETURN NEXT seconds; END';
                CREATE VIEW napping AS SELECT nap(0.5) AS slept;
                GRANT SELECT ON napping TO anon;
                CREATE FUNCTION add_part(part int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER COST 1000000
                  AS 'BEGIN INSERT INTO part VALUES (part); END';
                CREATE FUNCTION patience() RETURNS text LANGUAGE sql STABLE
                  AS $$ SELECT current_setting('statement_timeout') $$;
                CREATE FUNCTION patience_of_its_own() RETURNS text LANGUAGE sql STABLE SET statement_timeout = '20s'
                  AS $$ SELECT current_setting('statement_timeout') $$;
                GRANT EXECUTE ON FUNCTION numbers, parts, nap, lazy, add_part, patience, patience_of_its_own TO anon;
                CREATE TABLE napping_part (id int PRIMARY KEY);
                CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql
                  AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END';
                CREATE TRIGGER doze BEFORE INSERT ON napping_part FOR EACH ROW EXECUTE FUNCTION doze();
                """));
        APP.operator()
                .put()
                .uri("/admin/v1/blueprints/limits/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(files)
                .exchange()
                .expectStatus()
                .isCreated();
        return APP.tenant(Map.of("blueprint", "limits"));
    }
}
