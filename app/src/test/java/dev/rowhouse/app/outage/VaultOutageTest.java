package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.IssuedLogins;
import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** Vault sealed at the start and again at run time, seen by a client and by whoever asks for readiness. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class VaultOutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String READINESS = "/actuator/health/readiness";

    @Test
    void theProductWaitsServesFailsClosedAndRecoversByItself(CapturedOutput output) throws IOException {
        // Lanes that cannot log in are not what the other tests expect of the shared server.
        var server = PostgresServer.start();
        var standIn = VaultStandIn.start();
        standIn.seal();
        try (server;
                standIn;
                var operator = new VaultOperator(standIn.address(), standIn.rootToken());
                var app = RunningApp.over(
                        server.createDatabase("control"),
                        server.superuser(),
                        Map.of(
                                "management.server.port", 0,
                                "rowhouse.vault.address", standIn.address().toString(),
                                "rowhouse.vault.token", standIn.rootToken()))) {
            var waiting = await(app, READINESS, "", answer -> body(answer).contains("sealed"));
            assertThat(waiting.getStatus().value()).isEqualTo(503);
            assertThat(await(app, "/actuator/health/liveness", "", _ -> true)
                            .getStatus()
                            .value())
                    .isEqualTo(200);

            standIn.unseal();
            await(app, READINESS, "", answer -> answer.getStatus().value() == 200);
            app.register("vaulted", server.createDatabase("vaulted"), server.superuser(), 1);
            IssuedLogins.from(operator, server, "CANARY-issuer");
            app.publishShop();
            var tenant = app.tenant(Map.of("shard", "vaulted"));
            var path = tenant.path("item");
            await(app, path, tenant.secret(), answer -> answer.getStatus().value() == 200);

            standIn.seal();
            assertThat(await(app, path, tenant.secret(), _ -> true).getStatus().value())
                    .isEqualTo(200);
            var closed = await(
                    app, path, tenant.secret(), answer -> answer.getStatus().value() != 200);
            assertThat(closed.getStatus().value()).isEqualTo(503);
            assertThat(closed.getResponseHeaders().getFirst("Retry-After")).isNotNull();
            assertThat(body(closed)).doesNotContain("Vault").doesNotContain("lane");
            var why = await(app, READINESS, "", answer -> answer.getStatus().value() == 503);
            assertThat(body(why)).contains("vaulted-lane-1").contains("Vault is sealed");

            standIn.unseal();
            await(app, READINESS, "", answer -> answer.getStatus().value() == 200);
            await(app, path, tenant.secret(), answer -> answer.getStatus().value() == 200);

            assertThat(output.getAll())
                    .contains("Vault is sealed")
                    .doesNotContain(standIn.rootToken())
                    .doesNotContain("CANARY");
        }
    }

    private static EntityExchangeResult<byte[]> await(
            RunningApp app, String path, String key, Predicate<EntityExchangeResult<byte[]>> condition) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(app, path, key), condition);
    }

    private static EntityExchangeResult<byte[]> get(RunningApp app, String path, String key) {
        return (path.startsWith("/actuator") ? app.management() : app.client())
                .get()
                .uri(path)
                .header("apikey", key)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static String body(EntityExchangeResult<byte[]> answer) {
        var body = answer.getResponseBody();
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }
}
