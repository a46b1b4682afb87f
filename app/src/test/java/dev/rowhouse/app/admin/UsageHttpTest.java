package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.tenancy.usage.RequestMeter;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class UsageHttpTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningApp app = RunningApp.shared();
    private final WebTestClient operator = app.operator();

    @Test
    void requestsAreCountedForTheirTenantAlone() {
        var acme = app.tenant();
        var other = app.tenant();
        read(acme, acme.secret(), 3);
        read(acme, other.secret(), 2);
        read(other, other.secret(), 1);
        store();

        assertThat(used(acme, "requests")).isEqualTo(3);
        assertThat(used(other, "requests")).isEqualTo(1);
        store();
        assertThat(used(acme, "requests")).as("stored once more").isEqualTo(3);
        var tenant = get("/admin/v1/tenants/" + acme.slug()).get("usage");
        assertThat(tenant.get("today").get("requests").longValue()).isEqualTo(3);
        assertThat(tenant.get("month").get("requests").longValue()).isEqualTo(3);
        assertThat(tenant.get("last_activity").isString()).isTrue();
    }

    @Test
    void whatALimitRefusesIsCountedAsRefused() {
        var acme = app.tenant();
        operator.patch()
                .uri("/admin/v1/tenants/" + acme.slug())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("quotas", Map.of("requests_per_second", 1, "burst", 2)))
                .exchange()
                .expectStatus()
                .isOk();
        await().atMost(SOON).until(() -> {
            read(acme, acme.secret(), 5);
            store();
            return used(acme, "refused") > 0;
        });

        assertThat(used(acme, "refused")).isLessThan(used(acme, "requests"));
        assertThat(used(acme, "failed")).isZero();
    }

    @Test
    void pagesAndCsvTellTheSameDays() {
        var first = app.tenant();
        var second = app.tenant();
        read(first, first.secret(), 1);
        read(second, second.secret(), 1);
        store();

        var seen = new StringBuilder();
        var address = "/admin/v1/usage?limit=1";
        for (var next = "";
                next != null;
                next = text(get(address + (next.isEmpty() ? "" : "&after=" + next)), "next")) {
            var page = get(address + (next.isEmpty() ? "" : "&after=" + next));
            page.get("items")
                    .forEach(item ->
                            seen.append(item.get("tenant").stringValue()).append('\n'));
        }
        assertThat(seen.toString().lines())
                .contains(first.slug(), second.slug())
                .doesNotHaveDuplicates();

        var csv = operator.get()
                .uri("/admin/v1/usage?limit=1&tenant=" + first.slug())
                .header("Accept", "text/csv")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("text/csv;charset=UTF-8")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(csv.lines().toList().getFirst()).startsWith("day,tenant,tenant_id,requests");
        assertThat(csv.lines().toList().getLast())
                .startsWith(LocalDate.now(ZoneOffset.UTC) + "," + first.slug() + ",")
                .contains(",1,0,0,");
        operator.get()
                .uri("/admin/v1/usage?limit=1")
                .header("Accept", "text/csv")
                .exchange()
                .expectHeader()
                .value(
                        "Link",
                        link -> assertThat(link).matches("</admin/v1/usage\\?limit=1&after=[\\w-]+>; rel=\"next\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            from=2026-02-30                    | 400 | from: '2026-02-30' (expected: a day such as 2026-01-31)
            to=yesterday                       | 400 | to: 'yesterday' (expected: a day such as 2026-01-31)
            to=%2B999999999-01-01              | 400 | to: '+999999999-01-01' (expected: a day such as 2026-01-31)
            from=2026-02-02&to=2026-02-01      | 400 | from: 2026-02-02 is after to: 2026-02-01
            tenant=No%20slug                   | 400 | tenant: 'No slug' is none of its values
            tenant=nobody-has-this-slug        | 404 | tenant 'nobody-has-this-slug' does not exist
            limit=0                            | 400 | limit: 0 (expected: a whole number from 1 to 1000)
            after=AAAA                         | 400 | after: contains the NUL character
            after=YWNtZQ                       | 400 | after: not a cursor of this list
            metric=rows                        | 400 | parameter 'metric' is not known here
            from=2026-01-01&from=2026-01-02    | 400 | parameter 'from' is given more than once
            """)
    void aQuestionThatIsNotUnderstoodIsRefused(String query, int status, String message) {
        operator.get()
                .uri(URI.create("http://127.0.0.1:" + app.port() + "/admin/v1/usage?" + query))
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /admin/v1/usage, '', 401",
        "GET, /admin/v1/usage, tenants-key, 401",
        "GET, /admin/v1/usage, reader, 200",
        "GET, /admin/v1/usage, operator, 200",
        "POST, /admin/v1/projections/usage/rebuild, '', 401",
        "POST, /admin/v1/projections/usage/rebuild, tenants-key, 401",
        "POST, /admin/v1/projections/usage/rebuild, reader, 403",
        "POST, /admin/v1/projections/sales/rebuild, operator, 404",
        "POST, /admin/v1/projections/usage/rebuild, operator, 409",
        "GET, /admin/v1/projections/usage/rebuild, operator, 405"
    })
    void onlyOperatorsAsk(String method, String address, String who, int status) {
        var token = switch (who) {
            case "operator" -> RunningApp.OPERATOR;
            case "reader" -> RunningApp.READER;
            case "tenants-key" -> app.tenant().secret();
            default -> "";
        };
        app.client()
                .method(HttpMethod.valueOf(method))
                .uri(address)
                .headers(headers -> {
                    if (!token.isEmpty()) {
                        headers.setBearerAuth(token);
                    }
                })
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    @Test
    void anUnknownProjectionNamesTheKnownOnes() {
        operator.post()
                .uri("/admin/v1/projections/sales/rebuild")
                .exchange()
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("projection 'sales' does not exist (there are: usage, fleet)");
        operator.post()
                .uri("/admin/v1/projections/usage/rebuild")
                .exchange()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("no_consumer");
    }

    private void read(RunningApp.TestTenant tenant, String key, int times) {
        for (var n = 0; n < times; n++) {
            app.client()
                    .get()
                    .uri(tenant.path("item"))
                    .header("apikey", key)
                    .exchange()
                    .expectBody()
                    .returnResult();
        }
    }

    private void store() {
        app.bean(RequestMeter.class).store().block(SOON);
    }

    private long used(RunningApp.TestTenant tenant, String metric) {
        var items = get("/admin/v1/usage?tenant=" + tenant.slug()).get("items");
        return StreamSupport.stream(items.spliterator(), false)
                .mapToLong(day -> day.get(metric).longValue())
                .sum();
    }

    private JsonNode get(String address) {
        return RunningApp.json(operator.get()
                .uri(address)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody());
    }

    private static String text(JsonNode node, String member) {
        return node.get(member).isNull() ? null : node.get(member).stringValue();
    }
}
