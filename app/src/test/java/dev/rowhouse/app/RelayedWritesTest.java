package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.messaging.TopicReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** What a tenant's client writes by HTTP, as Kafka has it. */
class RelayedWritesTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aWriteIsAnEventWithWhoAndWhichRequest() {
        var kafka = KafkaServer.shared();
        var settings = Map.<String, Object>of(
                "rowhouse.kafka.bootstrap-servers",
                kafka.bootstrapServer(),
                "rowhouse.kafka.topic-prefix",
                "writes.",
                "rowhouse.kafka.partitions",
                "2");
        try (var postgres = PostgresServer.start();
                var app = RunningApp.over(postgres.createDatabase("control_relayed"), postgres.superuser(), settings)) {
            app.register("relayed", postgres.createDatabase("shard_relayed"), postgres.superuser(), 2);
            app.publishShop();
            await().atMost(SOON)
                    .until(() -> !postgres.query("shard_relayed", "SELECT 1 FROM rowhouse.journal_reader")
                            .isEmpty());
            var acme = app.tenant();
            app.client()
                    .post()
                    .uri(acme.path("item"))
                    .header("apikey", acme.secret())
                    .header("traceparent", TRACE)
                    .header("X-Request-Id", "request-7")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{\"id\": 7, \"name\": \"lamp\", \"price\": 1.5}")
                    .exchange()
                    .expectStatus()
                    .isCreated();
            await().atMost(SOON)
                    .until(() -> TopicReader.all(kafka.bootstrapServer(), "writes.rows")
                                    .size()
                            == 1);

            var record = TopicReader.all(kafka.bootstrapServer(), "writes.rows").getFirst();
            var headers = TopicReader.headers(record);
            assertThat(headers)
                    .containsEntry("ce_type", "dev.rowhouse.row.inserted")
                    .containsEntry("ce_source", "/t/" + acme.slug())
                    .containsEntry("ce_subject", "item/7")
                    .containsEntry("content-type", "application/json");
            assertThat(headers.get("traceparent")).startsWith(TRACE.substring(0, 36));
            var data = RunningApp.json(record.value().getBytes(StandardCharsets.UTF_8));
            assertThat(data.get("after").get("name").stringValue()).isEqualTo("lamp");
            assertThat(data.get("actor").get("role").stringValue()).isEqualTo("service_role");
            assertThat(data.get("request_id").stringValue()).isNotBlank();
            await().atMost(SOON)
                    .until(() -> app.bean(MeterRegistry.class)
                                    .find("rowhouse.relay.lag.entries")
                                    .gauge()
                            != null);
        }
    }
}
