package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/** What tenants write, as the projections tell it, live and rebuilt. */
class ProjectionsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CONTROL = "control_projected";
    private static final String SHARD = "shard_projected";

    private static final PostgresServer postgres = PostgresServer.start();
    private static RunningApp app;

    @BeforeAll
    static void start() {
        var settings = Map.<String, Object>of(
                "rowhouse.kafka.bootstrap-servers",
                KafkaServer.shared().bootstrapServer(),
                "rowhouse.kafka.topic-prefix",
                "projected.",
                "rowhouse.kafka.partitions",
                "3",
                "rowhouse.usage.store-every",
                "300ms",
                "rowhouse.usage.sample-every",
                "2s");
        app = RunningApp.over(postgres.createDatabase(CONTROL), postgres.superuser(), settings);
        app.register("projected", postgres.createDatabase(SHARD), postgres.superuser(), 2);
        app.publishShop();
        await().atMost(SOON)
                .until(() -> !postgres.query(SHARD, "SELECT 1 FROM rowhouse.journal_reader")
                        .isEmpty());
    }

    @AfterAll
    static void close() {
        app.close();
        postgres.close();
    }

    @Test
    void whatIsRebuiltWhileTenantsWriteIsWhatWasThere() {
        var acme = app.tenant();
        var other = app.tenant();
        insert(acme, 1, 40);
        copy(acme, 41, 60);
        refused(acme);
        sql(acme, "UPDATE %s SET price = 2 WHERE id <= 10; DELETE FROM %s WHERE id = 1");
        sql(acme, "BEGIN; INSERT INTO %s VALUES (1000, 'gone', 1); ROLLBACK");
        insert(other, 1, 5);
        await().atMost(SOON).until(() -> used(acme, "inserted") == 60 && used(acme, "deleted") == 1);
        assertThat(used(acme, "updated")).isEqualTo(10);
        await().atMost(SOON).until(() -> used(other, "inserted") == 5);
        await().atMost(SOON).until(() -> used(acme, "storage_bytes") > 0);

        var next = new AtomicInteger(100_000);
        for (var projection : List.of("usage", "fleet")) {
            var writing = new AtomicBoolean(true);
            var writer = CompletableFuture.runAsync(() -> {
                while (writing.get()) {
                    insert(other, next.incrementAndGet(), 1);
                }
            });
            var result = rebuilt(projection);
            writing.set(false);
            writer.join();

            assertThat(result.get("equal").booleanValue()).as(result.toString()).isTrue();
            assertThat(result.get("rows").longValue()).isGreaterThanOrEqualTo(2);
        }

        var rows = Long.parseLong(
                postgres.query(SHARD, "SELECT count(*) FROM " + item(other)).getFirst());
        await().atMost(SOON).until(() -> used(other, "inserted") == rows);
        assertThat(used(acme, "inserted")).isEqualTo(60);
        var usage = get("/admin/v1/tenants/" + acme.slug()).get("usage");
        assertThat(usage.get("rows").longValue()).isEqualTo(59);
        assertThat(usage.get("storage_bytes").longValue()).isPositive();
    }

    @Test
    void aDifferenceIsToldAndMended() {
        var acme = app.tenant();
        insert(acme, 1, 3);
        await().atMost(SOON).until(() -> used(acme, "inserted") == 3);
        postgres.execute(CONTROL, "UPDATE usage_day SET inserted = inserted + 7 WHERE tenant = '" + id(acme) + "'");
        assertThat(used(acme, "inserted")).isEqualTo(10);

        var result = rebuilt("usage");

        assertThat(result.get("different").longValue()).isEqualTo(1);
        assertThat(result.get("equal").booleanValue()).isFalse();
        var example = result.get("examples").get(0);
        assertThat(example.get("was").get("inserted").longValue()).isEqualTo(10);
        assertThat(example.get("is").get("inserted").longValue()).isEqualTo(3);
        assertThat(used(acme, "inserted")).isEqualTo(3);
        assertThat(rebuilt("usage").get("equal").booleanValue()).isTrue();
    }

    private static JsonNode rebuilt(String projection) {
        var operation = app.operator()
                .post()
                .uri("/admin/v1/projections/" + projection + "/rebuild")
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueMatches("Location", "/admin/v1/operations/.*")
                .expectBody()
                .returnResult()
                .getResponseBody();
        var address =
                "/admin/v1/operations/" + RunningApp.json(operation).get("id").stringValue();
        await().atMost(SOON)
                .until(() -> !get(address).get("state").stringValue().equals("running"));
        var ended = get(address);
        assertThat(ended.get("state").stringValue()).as(ended.toString()).isEqualTo("succeeded");
        assertThat(ended.get("tenant").isNull()).isTrue();
        return ended.get("result");
    }

    private static void insert(RunningApp.TestTenant tenant, int from, int count) {
        var rows = new StringBuilder();
        for (var id = from; id < from + count; id++) {
            rows.append(rows.isEmpty() ? "[" : ",")
                    .append("{\"id\":")
                    .append(id)
                    .append(",\"name\":\"n\"}");
        }
        post(tenant, "application/json", rows + "]", 201);
    }

    private static void copy(RunningApp.TestTenant tenant, int from, int to) {
        var rows = new StringBuilder();
        for (var id = from; id <= to; id++) {
            rows.append("{\"id\":").append(id).append(",\"name\":\"n\"}\n");
        }
        post(tenant, "application/x-ndjson", rows.toString(), 201);
    }

    private static void refused(RunningApp.TestTenant tenant) {
        post(tenant, "application/json", "[{\"id\":500,\"name\":\"n\"},{\"id\":501,\"name\":\"n\",\"price\":-1}]", 400);
    }

    private static void post(RunningApp.TestTenant tenant, String type, String body, int status) {
        app.client()
                .post()
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .contentType(MediaType.parseMediaType(type))
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    private static void sql(RunningApp.TestTenant tenant, String statements) {
        postgres.execute(SHARD, statements.replace("%s", item(tenant)));
    }

    private static String item(RunningApp.TestTenant tenant) {
        return "h_"
                + postgres.query(CONTROL, "SELECT house FROM tenant WHERE slug = '" + tenant.slug() + "'")
                        .getFirst() + ".item";
    }

    private static String id(RunningApp.TestTenant tenant) {
        return postgres.query(CONTROL, "SELECT id FROM tenant WHERE slug = '" + tenant.slug() + "'")
                .getFirst();
    }

    private static long used(RunningApp.TestTenant tenant, String metric) {
        var items = get("/admin/v1/usage?tenant=" + tenant.slug()).get("items");
        return StreamSupport.stream(items.spliterator(), false)
                .mapToLong(day -> day.get(metric).longValue())
                .sum();
    }

    private static JsonNode get(String address) {
        return RunningApp.json(app.operator()
                .get()
                .uri(address)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody());
    }
}
