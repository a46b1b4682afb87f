package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.insight.ActivityMeter;
import dev.rowhouse.tenancy.insight.ActivityRows;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What an operator is told of one tenant's requests. */
class InsightsHttpTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String SHAPE = "SELECT \"item\".\"id\" FROM \"item\" WHERE id = $1";
    private static final String CANARY = "canary-" + UUID.randomUUID();

    private final RunningApp app = RunningApp.shared();

    @Test
    void rateErrorsAndLatencyOfTheTenantAloneAreTold() {
        var tenant = app.tenant();
        var neighbour = app.tenant();
        for (var number = 0; number < 6; number++) {
            get(tenant, "item?name=eq." + CANARY, tenant.secret());
        }
        get(tenant, "item?nothing=eq.1", tenant.secret());
        get(tenant, "nothing", tenant.secret());
        get(tenant, "item", neighbour.secret());
        get(neighbour, "item", neighbour.secret());
        measured(neighbour, 1);
        measured(tenant, 8);

        var told = insights(tenant.slug());

        for (var span : new String[] {"hour", "day"}) {
            var activity = told.get(span);
            assertThat(activity.get("requests").longValue())
                    .as("those that were let in")
                    .isEqualTo(8);
            assertThat(activity.get("rejected").longValue()).isEqualTo(2);
            assertThat(activity.get("failed").longValue()).isZero();
            assertThat(activity.at("/latency_ms/p50").doubleValue()).isPositive();
            assertThat(activity.at("/latency_ms/max").doubleValue())
                    .isGreaterThanOrEqualTo(activity.at("/latency_ms/p50").doubleValue());
        }
        assertThat(told.at("/hour/per_second").doubleValue()).isEqualTo(8 / 3600.0);
        assertThat(told.get("tenant").stringValue()).isEqualTo(tenant.slug());
        assertThat(told.toString()).doesNotContain(CANARY).doesNotContain(neighbour.slug());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/csv", "application/x-ndjson"})
    void aClientThatLeavesInItsRowsIsNoFailureOfOurs(String type) throws IOException {
        var tenant = app.tenant();
        try (var client = new Socket("127.0.0.1", app.port())) {
            var head = "POST " + tenant.path("item") + " HTTP/1.1\r\nHost: localhost\r\napikey: " + tenant.secret()
                    + "\r\nContent-Type: " + type + "\r\nContent-Length: 1000\r\n\r\n";
            var rows = type.equals("text/csv") ? "id,name\n1,a\n" : "{\"id\": 1, \"name\": \"a\"}\n";
            client.getOutputStream().write((head + rows).getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
        }
        measured(tenant, 1);

        assertThat(insights(tenant.slug()).at("/hour/failed").longValue()).isZero();
    }

    @Test
    void whatAllInstancesMeasuredIsToldTogether() {
        var tenant = app.tenant();
        get(tenant, "item", tenant.secret());
        measured(tenant, 1);
        var id = app.bean(Tenants.class)
                .find(new Slug(tenant.slug()))
                .block(SOON)
                .id();
        var control = app.bean(Database.class);
        var earlier = new ActivityMeter(
                new ActivityRows(control, UUID.randomUUID()),
                InstantSource.fixed(Instant.now().minus(Duration.ofHours(3))));
        var other = new ActivityMeter(new ActivityRows(control, UUID.randomUUID()), Clock.systemUTC());
        earlier.request(id, 500, 1_000_000, null);
        other.request(id, 429, 900_000_000, true);
        other.request(id, 200, 1_000_000, false);
        other.slow(
                id,
                "SELECT \"h_aaaabbbbccccdddd\".\"item\".\"id\" FROM \"h_aaaabbbbccccdddd\".\"item\" WHERE id = $1",
                20_000_000);
        other.slow(
                id,
                "SELECT \"h_eeeebbbbccccdddd\".\"item\".\"id\" FROM \"h_eeeebbbbccccdddd\".\"item\" WHERE id = $1",
                40_000_000);
        earlier.store().then(other.store()).then(other.store()).block(SOON);

        var told = insights(tenant.slug());

        assertThat(told.at("/hour/requests").longValue()).isEqualTo(3);
        assertThat(told.at("/day/requests").longValue()).isEqualTo(4);
        assertThat(told.at("/hour/failed").longValue()).isZero();
        assertThat(told.at("/day/failed").longValue()).isOne();
        assertThat(told.at("/hour/refused").longValue()).isOne();
        assertThat(told.at("/hour/latency_ms/max").doubleValue()).isGreaterThanOrEqualTo(900.0);
        assertThat(told.at("/hour/cache/lookups").longValue()).isEqualTo(2);
        assertThat(told.at("/hour/cache/hits").longValue()).isOne();
        // The tenant's own read may have been slow as well.
        var slowest = told.at("/hour/slowest_statements")
                .valueStream()
                .filter(slow -> slow.get("statement").stringValue().equals(SHAPE))
                .toList();
        assertThat(slowest).hasSize(1);
        assertThat(slowest.getFirst().get("calls").longValue()).isEqualTo(2);
        assertThat(slowest.getFirst().get("mean_ms").doubleValue()).isEqualTo(30);
        assertThat(slowest.getFirst().get("max_ms").doubleValue()).isEqualTo(40);
        assertThat(told.toString()).doesNotContain("h_");
    }

    @ParameterizedTest
    @CsvSource({
        "nobody-of-that-name, " + RunningApp.READER + ", 404",
        "NOT%20A%20SLUG, " + RunningApp.READER + ", 404",
        "%27%3B--, " + RunningApp.READER + ", 404",
        "nobody-of-that-name, guessed, 401",
        "nobody-of-that-name?since=1, " + RunningApp.READER + ", 400"
    })
    void nothingIsToldOfNobodyOrToNobody(String slug, String token, int status) {
        var parts = slug.split("\\?");
        var query = parts.length == 1 ? "" : "?" + parts[1];
        app.client()
                .get()
                .uri(URI.create(
                        "http://127.0.0.1:" + app.port() + "/admin/v1/tenants/" + parts[0] + "/insights" + query))
                .header("Authorization", "Bearer " + token)
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    @Test
    void aTenantsOwnKeyIsNoOperatorsToken() {
        var tenant = app.tenant();
        app.client()
                .get()
                .uri("/admin/v1/tenants/" + tenant.slug() + "/insights")
                .header("Authorization", "Bearer " + tenant.secret())
                .header("apikey", tenant.secret())
                .exchange()
                .expectStatus()
                .isUnauthorized();
        assertThat(insights(tenant.slug()).at("/hour/requests").longValue()).isZero();
    }

    // A request is measured when its answer has gone out, which is a moment after it has come in.
    private void measured(TestTenant tenant, int requests) {
        await().atMost(SOON).untilAsserted(() -> {
            app.bean(ActivityMeter.class).store().block(SOON);
            assertThat(insights(tenant.slug()).at("/hour/requests").longValue()).isEqualTo(requests);
        });
    }

    private void get(TestTenant tenant, String relation, String key) {
        app.client()
                .get()
                .uri(tenant.path(relation))
                .header("apikey", key)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private JsonNode insights(String slug) {
        var body = app.client()
                .get()
                .uri("/admin/v1/tenants/" + slug + "/insights")
                .header("Authorization", "Bearer " + RunningApp.READER)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return RunningApp.json(body);
    }
}
