package dev.rowhouse.app.data.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Residents;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** A tenant's quotas as an operator sets them while requests come, each beside a neighbour that has the plan's. */
class QuotaTest {

    private static final RunningApp APP = RunningApp.shared();
    private static final TenantLimits LIMITS = APP.bean(TenantLimits.class);
    private static final TestTenant TENANT = tenant();
    private static final TestTenant NEIGHBOUR = APP.tenant(Map.of("blueprint", "naps"));

    private final Naps naps = new Naps(APP);

    @AfterEach
    void comeBackToThePlan() {
        naps.close();
        assertThat(naps.change(TENANT, "{\"quotas\": null}").getStatus().value())
                .isEqualTo(200);
        await().until(() -> LIMITS.atWork(house()) == 0);
    }

    @Test
    void everyAnswerTellsTheLimits() {
        set("{\"requests_per_second\": 100}");
        var headers = naps.get(TENANT, "part").getResponseHeaders();
        assertThat(headers.getFirst("RateLimit-Policy")).isEqualTo("\"requests\";q=200;w=2");
        assertThat(headers.getFirst("RateLimit")).matches("\"requests\";r=19\\d;t=1");
        assertThat(naps.get(TENANT, "nothing").getResponseHeaders().getFirst("RateLimit"))
                .startsWith("\"requests\";r=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rest/v1/part", "/rest/v1/rpc/nap?seconds=0", "/rest/v1/", "/fields/v1", "/tx/v1"})
    void tooManyRequestsAreRefusedEverywhereAndTheNeighbourGoesOn(String path) {
        set("{\"requests_per_second\": 1, \"burst\": 2}");
        var refused = untilRefused("/t/" + TENANT.slug() + path);
        assertThat(code(refused)).isEqualTo("rate_limited");
        assertThat(refused.getResponseHeaders().getFirst("Retry-After")).isEqualTo("1");
        assertThat(refused.getResponseHeaders().getFirst("RateLimit")).isEqualTo("\"requests\";r=0;t=2");
        assertThat(naps.get(NEIGHBOUR, "part").getStatus().value()).isEqualTo(200);

        set("{\"requests_per_second\": null, \"burst\": null}");
        assertThat(naps.get(TENANT, "part").getStatus().value()).isEqualTo(200);
    }

    @Test
    void noMoreRequestsRunAtATimeThanTheQuotaAllows() {
        set("{\"concurrent_requests\": 2}");
        naps.begin(TENANT, 2);
        await().until(() -> LIMITS.atWork(house()) == 2);
        var refused = naps.get(TENANT, "part");
        assertThat(refused.getStatus().value()).isEqualTo(429);
        assertThat(code(refused)).isEqualTo("concurrency_limited");
        assertThat(refused.getResponseHeaders().getFirst("Retry-After")).isEqualTo("1");
        assertThat(naps.get(NEIGHBOUR, "part").getStatus().value()).isEqualTo(200);

        naps.close();
        await().until(() -> LIMITS.atWork(house()) == 0);
        assertThat(naps.get(TENANT, "part").getStatus().value()).isEqualTo(200);
    }

    @Test
    void whoseStatementsTookTooLongWaits() {
        set("{\"statement_ms_per_second\": 10}");
        assertThat(naps.get(TENANT, "rpc/nap?seconds=0.3").getStatus().value()).isEqualTo(200);
        var refused = naps.get(TENANT, "part");
        assertThat(refused.getStatus().value()).isEqualTo(429);
        assertThat(code(refused)).isEqualTo("statement_time_limited");
        assertThat(Integer.parseInt(refused.getResponseHeaders().getFirst("Retry-After")))
                .isGreaterThan(1);
        assertThat(naps.get(NEIGHBOUR, "part").getStatus().value()).isEqualTo(200);
    }

    @Test
    void requestsThatAreGivenUpTakeNoPlace() {
        for (int round = 0; round < 10; round++) {
            naps.begin(TENANT, 5);
            var most = ThreadLocalRandom.current().nextInt(6);
            await().pollInSameThread().until(() -> LIMITS.atWork(house()) >= most);
            naps.close();
        }
        await().until(() -> LIMITS.atWork(house()) == 0);
        await().until(() -> LIMITS.atWork(new ShardName(RunningApp.shard())) == 0);
    }

    @Test
    void requestsThatFailTakeNoPlace() {
        for (var address : List.of("nothing", "part?id=eq.x", "part?limit=x", "rpc/nap", "rpc/nap?seconds=x")) {
            assertThat(naps.get(TENANT, address).getStatus().is4xxClientError()).isTrue();
        }
        await().until(() -> LIMITS.atWork(house()) == 0);
    }

    @Test
    void whatIsSetIsShownAndRemembered() {
        set("{\"requests_per_second\": 50, \"concurrent_requests\": 7}");
        set("{\"concurrent_requests\": null, \"burst\": 60}");
        var shown = APP.operator().get().uri("/admin/v1/tenants/" + TENANT.slug());
        assertThat(RunningApp.json(shown.exchange().expectBody().returnResult().getResponseBody())
                        .get("quotas")
                        .toString())
                .isEqualTo("{\"burst\":60,\"requests_per_second\":50}");
        var history = APP.operator().get().uri("/admin/v1/tenants/" + TENANT.slug() + "/history");
        assertThat(new String(history.exchange().expectBody().returnResult().getResponseBody()))
                .contains("\"quotas\":{\"burst\":60,\"concurrent_requests\":null}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"requests_per_second": 0}    | 422 | quotas.requests_per_second
            {"burst": 10000001}           | 422 | quotas.burst
            {"concurrent_requests": -1}   | 422 | quotas.concurrent_requests
            {"speed": 1}                  | 422 | quotas.speed
            {"burst": "many"}             | 400 | quotas.burst
            {"burst": 1.5}                | 400 | quotas.burst
            {"burst": 1e99}               | 400 | quotas.burst
            7                             | 400 | quotas
            """)
    void whatIsNoQuotaIsRefusedByName(String quotas, int status, String member) {
        var refused = naps.change(TENANT, "{\"quotas\": " + quotas + "}");
        assertThat(refused.getStatus().value()).isEqualTo(status);
        assertThat(RunningApp.json(refused.getResponseBody()).get("member").stringValue())
                .isEqualTo(member);
    }

    private void set(String quotas) {
        assertThat(naps.change(TENANT, "{\"quotas\": " + quotas + "}")
                        .getStatus()
                        .value())
                .isEqualTo(200);
    }

    // Some come in again while others are sent, on a slow machine.
    private EntityExchangeResult<byte[]> untilRefused(String path) {
        for (int i = 0; i < 50; i++) {
            var answer = naps.get(path, TENANT.secret());
            if (answer.getStatus().value() == 429) {
                assertThat(i).isGreaterThanOrEqualTo(2);
                return answer;
            }
        }
        throw new AssertionError("never refused");
    }

    private static String code(EntityExchangeResult<byte[]> answer) {
        return RunningApp.json(answer.getResponseBody()).get("code").stringValue();
    }

    private static HouseId house() {
        return APP.bean(Residents.class)
                .find(new Slug(TENANT.slug()))
                .block()
                .tenant()
                .house()
                .id();
    }

    private static TestTenant tenant() {
        var sql =
                "CREATE TABLE part (id int PRIMARY KEY); CREATE TABLE item (id int PRIMARY KEY, name text);" + Naps.SQL;
        APP.operator()
                .put()
                .uri("/admin/v1/blueprints/naps/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "naps.sql", "text", sql)))
                .exchange()
                .expectStatus()
                .isCreated();
        return APP.tenant(Map.of("blueprint", "naps"));
    }
}
