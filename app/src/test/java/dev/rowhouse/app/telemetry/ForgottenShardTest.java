package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.PostgresServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** A shard that an operator forgets is closed, and nothing measures it any more: not even an alert that its server is away. */
class ForgottenShardTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SHARD = "/admin/v1/shards/retired";

    private final ObservedApp observed = ObservedApp.SHARED;

    @Test
    void itsMetricsEnd() {
        try (var server = PostgresServer.start()) {
            observed.app.register("retired", server.createDatabase("retired"), server.superuser(), 1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(metricsOf("retired"))
                            .contains("rowhouse_shard_up{")
                            .contains("rowhouse_relay_lag_seconds{"));

            observed.app
                    .operator()
                    .delete()
                    .uri(SHARD)
                    .exchange()
                    .expectStatus()
                    .isEqualTo(409)
                    .expectBody()
                    .jsonPath("$.code")
                    .isEqualTo("shard_in_use")
                    .jsonPath("$.hint")
                    .exists();
            assertThat(metricsOf("retired")).contains("rowhouse_shard_up{");
            observed.app
                    .operator()
                    .patch()
                    .uri(SHARD)
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(Map.of("draining", true))
                    .exchange()
                    .expectStatus()
                    .isOk();
            observed.app
                    .operator()
                    .delete()
                    .uri(SHARD)
                    .exchange()
                    .expectStatus()
                    .isNoContent();
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metricsOf("retired")).isEmpty());
        assertThat(metricsOf("observed")).contains("rowhouse_shard_up{");
        observed.app.operator().get().uri(SHARD).exchange().expectStatus().isNotFound();
        observed.app.operator().delete().uri(SHARD).exchange().expectStatus().isNotFound();
    }

    private String metricsOf(String shard) {
        return String.join(
                "\n",
                observed.metrics()
                        .lines()
                        .filter(line -> line.contains("shard=\"" + shard + "\""))
                        .toList());
    }
}
