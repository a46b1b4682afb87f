package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.KafkaProcess;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.messaging.TopicReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/**
 * Kafka is away under writes, until the journal may not grow any more. {@code -Drowhouse.kafka.outage=10m} makes that last ten
 * minutes.
 */
@Timeout(1_800)
class KafkaOutageTest {

    private static final Duration OUTAGE =
            DurationStyle.detectAndParse(System.getProperty("rowhouse.kafka.outage", "3s"));
    private static final Duration SOON = Duration.ofMinutes(1).plus(OUTAGE);

    private TestTenant tenant;
    private RunningApp app;

    @Test
    void writesGoOnUntilTheJournalIsFullAndTheBacklogFollowsInOrder(@TempDir Path folder) {
        try (var kafka = KafkaProcess.start(folder.resolve("kafka"));
                var postgres = PostgresServer.start();
                var running = RunningApp.over(
                        postgres.createDatabase("control_kafka_outage"),
                        postgres.superuser(),
                        Map.of(
                                "rowhouse.kafka.bootstrap-servers",
                                kafka.bootstrapServer(),
                                "rowhouse.relay.alarm-after",
                                "1s",
                                "rowhouse.relay.refuse-after",
                                OUTAGE.toMillis() + "ms"))) {
            app = running;
            app.register("kafka-outage", postgres.createDatabase("shard_kafka_outage"), postgres.superuser(), 2);
            app.publishShop();
            tenant = app.tenant();
            await().atMost(SOON)
                    .until(() -> !postgres.query("shard_kafka_outage", "SELECT 1 FROM rowhouse.journal_reader")
                            .isEmpty());
            write("POST", "item", "{\"id\": 1, \"name\": \"lamp\", \"price\": 0}")
                    .expectStatus()
                    .isCreated();
            await().atMost(SOON).until(() -> !prices(kafka).isEmpty());

            kafka.kill();
            var written = 0;
            var began = System.nanoTime();
            var refused = price(written + 1).returnResult(byte[].class);
            while (refused.getStatus() == HttpStatus.NO_CONTENT && System.nanoTime() - began < SOON.toNanos()) {
                written++;
                refused = price(written + 1).returnResult(byte[].class);
            }
            var lasted = Duration.ofNanos(System.nanoTime() - began);

            assertThat(lasted).isGreaterThan(OUTAGE);
            assertThat(refused.getStatus()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
            assertThat(refused.getResponseHeaders().getFirst("Retry-After")).isEqualTo("60");
            assertThat(new String(refused.getResponseBodyContent(), StandardCharsets.UTF_8))
                    .contains("\"code\":\"journal_full\"");
            assertThat(full()).isGreaterThanOrEqualTo(1);
            app.client()
                    .get()
                    .uri(tenant.path("item?select=price"))
                    .header("apikey", tenant.secret())
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody(String.class)
                    .isEqualTo("[{\"price\":" + written + ".00}]");

            kafka.start();
            var healed = System.nanoTime();
            await().atMost(SOON).until(() -> full() == 0);
            var drained = Duration.ofNanos(System.nanoTime() - healed);
            price(written + 1).expectStatus().isNoContent();
            var expected = new ArrayList<Integer>();
            for (int price = 0; price <= written + 1; price++) {
                expected.add(price);
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(prices(kafka)).isEqualTo(expected));
            System.out.printf(
                    "Kafka away for %d s: %,d writes, drained %d ms after it was there again%n",
                    lasted.toSeconds(), written, drained.toMillis());
        }
    }

    private ResponseSpec price(int price) {
        return write("PATCH", "item?id=eq.1", "{\"price\": " + price + "}");
    }

    private ResponseSpec write(String method, String path, String body) {
        return app.client()
                .method(HttpMethod.valueOf(method))
                .uri(tenant.path(path))
                .header("apikey", tenant.secret())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private double full() {
        return app.bean(MeterRegistry.class).get("rowhouse.relay.full").gauge().value();
    }

    // A page may be there twice; the first of each counts.
    private static List<Integer> prices(KafkaProcess kafka) {
        return TopicReader.all(kafka.bootstrapServer(), "rowhouse.rows").stream()
                .filter(record -> "item/1".equals(TopicReader.headers(record).get("ce_subject")))
                .map(record -> RunningApp.json(record.value().getBytes(StandardCharsets.UTF_8))
                        .get("after")
                        .get("price")
                        .intValue())
                .distinct()
                .toList();
    }
}
