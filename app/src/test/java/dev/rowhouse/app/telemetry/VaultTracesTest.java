package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.secrets.DataSeal;
import dev.rowhouse.platform.secrets.VaultAuthentication;
import dev.rowhouse.platform.secrets.VaultServer;
import dev.rowhouse.platform.secrets.VaultSettings;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.test.web.reactive.server.WebTestClient;

/** A dead letter that Vault opens, with the rights of the policy that is shipped, as an operator and a receiver of traces see it. */
@Timeout(120)
class VaultTracesTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aDeadLetterIsOpenedByVaultAndTheTraceTellsNoValue() throws IOException {
        var server = PostgresServer.shared();
        try (var standIn = VaultStandIn.start();
                var operator = new VaultOperator(standIn.address(), standIn.rootToken());
                var traces = new OtlpReceiver()) {
            operator.write("transit/keys/rowhouse", Map.of("type", "aes256-gcm96"));
            operator.write(
                    "sys/policies/acl/rowhouse",
                    Map.of("policy", Files.readString(Path.of("..", "k8s", "vault", "rowhouse.hcl"))));
            var token = operator.write("auth/token/create", Map.of("policies", List.of("rowhouse")))
                    .get("auth")
                    .asObject()
                    .getString("client_token");
            try (var app = RunningApp.over(
                    server.createDatabase("traced_vault_" + System.nanoTime()),
                    server.superuser(),
                    Map.of(
                            "rowhouse.tracing.endpoint",
                            traces.endpoint(),
                            "rowhouse.vault.address",
                            standIn.address(),
                            "rowhouse.vault.token",
                            token,
                            "rowhouse.vault.transit-key",
                            "rowhouse"))) {
                var letter = letter(app, standIn, token);

                var trace = trace();
                answer(app, letter, trace)
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .jsonPath("$.value")
                        .isEqualTo("CANARY of a tenant");
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(traces.of(trace))
                                .extracting(Span::getName)
                                .contains("vault update transit/decrypt/{name}"));
                assertThat(status(traces, trace)).contains("200");

                operator.write(
                        "sys/policies/acl/rowhouse", Map.of("policy", "path \"none\" { capabilities = [\"read\"] }"));
                var next = letter(app, standIn, standIn.rootToken());
                var refused = trace();
                answer(app, next, refused)
                        .expectStatus()
                        .isEqualTo(503)
                        .expectBody()
                        .jsonPath("$.code")
                        .isEqualTo("secrets_unavailable")
                        .jsonPath("$.message")
                        .value(message -> assertThat(String.valueOf(message))
                                .contains("path \"transit/decrypt/rowhouse\" { capabilities = [\"update\"] }"));
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(status(traces, refused)).contains("403"));
                assertThat(traces.text()).doesNotContain("CANARY", token, "vault:v1:");
            }
        }
    }

    private static String status(OtlpReceiver traces, String trace) {
        return traces.of(trace).stream()
                .filter(span -> span.getName().startsWith("vault"))
                .flatMap(span -> span.getAttributesList().stream())
                .filter(attribute -> attribute.getKey().equals("http.response.status_code"))
                .map(attribute -> Long.toString(attribute.getValue().getIntValue()))
                .toList()
                .toString();
    }

    private static WebTestClient.ResponseSpec answer(RunningApp app, long letter, String trace) {
        return app.operator()
                .get()
                .uri("/admin/v1/dead-letters/" + letter)
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .exchange();
    }

    private static String trace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    // As another process would have set it aside.
    private static long letter(RunningApp app, VaultStandIn standIn, String token) {
        try (var vault = new VaultServer(VaultSettings.of(standIn.address(), new VaultAuthentication.Token(token)))) {
            var seal = new DataSeal(vault.transit("transit"), "rowhouse", SOON, InstantSource.system());
            var offset = System.nanoTime();
            var sealed = seal.seal(
                            "CANARY of a tenant".getBytes(StandardCharsets.UTF_8), "dead letter rows 0 " + offset)
                    .block(SOON);
            return app.bean(Database.class)
                    .client()
                    .sql("""
                            INSERT INTO dead_letter (consumer, topic, partition, "offset", headers, value, data_key, reason, error, tries)
                            VALUES ('traced', 'rows', 0, :offset, ARRAY['ce_id', 'h-1'], :value, :key, 'failed', 'poison', 5)
                            RETURNING id""")
                    .bind("offset", offset)
                    .bind("value", sealed.content())
                    .bind("key", sealed.dataKey())
                    .map(row -> row.get("id", Long.class))
                    .one()
                    .block(SOON);
        }
    }
}
