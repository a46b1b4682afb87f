package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** A server of the installation stops and comes back, while one and the same application goes on. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OutageTest {

    private static final String PASSWORD = "only-for-tests";
    private static final Duration BOUND = Duration.ofSeconds(3);
    private static final int ROUNDS = 5;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aShardsOutageIsItsTenantsAlone() {
        var shard = server("shard", 21_400);
        try (var control = PostgresServer.start();
                var app = over(control)) {
            app.register("far", shard.createDatabase("far"), shard.superuser(), 2);
            app.register("near", control.createDatabase("near"), control.superuser(), 2);
            app.publishShop();
            var far = app.tenant(Map.of("shard", "far"));
            var near = app.tenant(Map.of("shard", "near"));
            write(app, far, 1);
            shard.close();

            for (var round = 0; round < ROUNDS; round++) {
                unavailable(read(app, far), "shard_unavailable");
                assertThat(read(app, near))
                        .returns(200, answer -> answer.getStatus().value());
                write(app, near, round);
            }
            assertThat(app.operator()
                            .get()
                            .uri("/admin/v1/shards")
                            .exchange()
                            .returnResult(Void.class)
                            .getStatus()
                            .value())
                    .isEqualTo(200);

            try (var again = server("shard", shard.endpoint("postgres").port())) {
                eventually(() -> assertThat(read(app, far).getStatus().value()).isEqualTo(200));
                write(app, far, 2);
                assertThat(again.endpoint("postgres").port())
                        .isEqualTo(shard.endpoint("postgres").port());
            }
        }
    }

    @Test
    void knownTenantsDoNotNeedTheControlDatabase() {
        var control = server("control", 21_500);
        try (var shard = PostgresServer.start();
                var app = over(control)) {
            app.register("only", shard.createDatabase("only"), shard.superuser(), 2);
            app.publishShop();
            var known = app.tenant();
            control.close();

            for (var round = 0; round < ROUNDS; round++) {
                assertThat(read(app, known).getStatus().value()).isEqualTo(200);
                write(app, known, round);
                unavailable(
                        get(app, "/t/never-seen-" + round + "/rest/v1/item", known.secret()), "control_unavailable");
                unavailable(order(app, "order-" + round), "control_unavailable");
                unavailable(timed(app.operator().get().uri("/admin/v1/tenants")), "control_unavailable");
            }
            var stranger = get(app, "/t/" + known.slug() + "/rest/v1/item", "rh_sec_guess");
            assertThat(stranger.getStatus().value()).isEqualTo(404);

            try (var again = server("control", control.endpoint("postgres").port())) {
                eventually(() ->
                        assertThat(order(app, "afterwards").getStatus().value()).isIn(201, 409));
                assertThat(read(app, app.tenant()).getStatus().value()).isEqualTo(200);
                assertThat(again.endpoint("postgres").port())
                        .isEqualTo(control.endpoint("postgres").port());
            }
        }
    }

    private static RunningApp over(PostgresServer control) {
        return RunningApp.over(
                control.createDatabase("control"), control.superuser(), Map.of("rowhouse.warm-houses", 1));
    }

    private PostgresServer server(String name, int port) {
        return PostgresServer.keeping(folder.resolve(name), port, PASSWORD);
    }

    private static EntityExchangeResult<byte[]> read(RunningApp app, TestTenant tenant) {
        return get(app, tenant.path("item"), tenant.secret());
    }

    private static EntityExchangeResult<byte[]> get(RunningApp app, String path, String key) {
        return timed(app.client().get().uri(path).header("apikey", key));
    }

    private static void write(RunningApp app, TestTenant tenant, int id) {
        var written = timed(app.client()
                .post()
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"id\": " + id + ", \"name\": \"Spade\"}"));
        assertThat(written.getStatus().value()).isEqualTo(201);
    }

    private static EntityExchangeResult<byte[]> order(RunningApp app, String slug) {
        return timed(app.operator()
                .post()
                .uri("/admin/v1/tenants")
                .header("Prefer", "wait=10")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("slug", slug, "blueprint", "shop")));
    }

    private static void unavailable(EntityExchangeResult<byte[]> answer, String code) {
        assertThat(answer.getStatus().value()).isEqualTo(503);
        assertThat(answer.getResponseHeaders().getFirst(HttpHeaders.RETRY_AFTER))
                .isNotNull();
        assertThat(RunningApp.json(answer.getResponseBody()).get("code").stringValue())
                .isEqualTo(code);
    }

    private static EntityExchangeResult<byte[]> timed(WebTestClient.RequestHeadersSpec<?> request) {
        var begun = System.nanoTime();
        var answer = request.exchange().expectBody().returnResult();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
        return answer;
    }

    private static void eventually(Runnable assertions) {
        Mono.fromRunnable(assertions)
                .retryWhen(Retry.fixedDelay(400, Duration.ofMillis(50))
                        .scheduler(Schedulers.boundedElastic())
                        .filter(AssertionError.class::isInstance)
                        .onRetryExhaustedThrow((_, last) -> last.failure()))
                .block();
    }
}
