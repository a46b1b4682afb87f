package dev.rowhouse.app.data.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.tenancy.ShardName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** An application that lets eight requests at a time onto a shard, with two shards and a file of plans. */
class OverloadTest {

    private static final String HANGING = "hanging";
    private static final String HEALTHY = RunningApp.shard();
    private static final Duration SOON = Duration.ofMillis(500);

    @TempDir
    private static Path folder;

    private static PostgresServer hanging;
    private static RunningApp app;
    private static TestTenant quiet;
    private static TestTenant elsewhere;

    @BeforeAll
    static void start() throws IOException {
        // The logins of a shard belong to a whole server, so a shard on the shared one bears the name that is there
        // already.
        hanging = PostgresServer.start();
        var healthy = PostgresServer.shared();
        plans("plans: {gold: {requests-per-second: 500}}");
        app = RunningApp.over(
                healthy.createDatabase("control_of_limits"),
                healthy.superuser(),
                Map.of(
                        "rowhouse.warm-houses", 1,
                        "rowhouse.plans-file", file().toString(),
                        "rowhouse.limits.unknown-tenants.burst", 20,
                        "rowhouse.limits.unknown-tenants.per-second", 1,
                        "rowhouse.limits.shard.least-at-work", 8,
                        "rowhouse.limits.shard.initially-at-work", 8,
                        "rowhouse.limits.shard.most-at-work", 8));
        app.register(HANGING, hanging.createDatabase(HANGING), hanging.superuser(), 2);
        app.register(HEALTHY, healthy.createDatabase("healthy"), healthy.superuser(), 2);
        app.publishShop(Naps.SQL);
        quiet = app.tenant(Map.of("shard", HANGING));
        elsewhere = app.tenant(Map.of("shard", HEALTHY, "plan", "gold"));
    }

    @AfterAll
    static void stop() {
        app.close();
        hanging.close();
    }

    @Test
    void aShardThatHangsRefusesSoonTheLeastImportantFirst() {
        var limits = app.bean(TenantLimits.class);
        var shard = new ShardName(HANGING);
        try (var naps = new Naps(app)) {
            for (int sleeper = 0; sleeper < 3; sleeper++) {
                naps.begin(app.tenant(Map.of("shard", HANGING)), 8);
                var most = sleeper;
                await().until(() -> limits.atWork(shard) >= 4 + Math.min(most, 2));
            }
            naps.begin(app.tenant(Map.of("shard", HANGING)), 8);
            await().until(() -> limits.atWork(shard) == 7);

            assertShed(naps.get(quiet, "item"));
            assertShed(naps.get("/t/" + quiet.slug() + "/rest/v1/", quiet.secret()));
            assertThat(naps.write(quiet, 1).getStatus().value()).isEqualTo(201);
            var began = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertShed(naps.get(quiet, "item"));
                assertThat(naps.get(elsewhere, "item").getStatus().value()).isEqualTo(200);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began).dividedBy(20))
                    .isLessThan(SOON);
        }
        await().until(() -> limits.atWork(shard) == 0);
        assertThat(new Naps(app).get(quiet, "item").getStatus().value()).isEqualTo(200);
    }

    @Test
    void oneTenantAloneDoesNotFillItsShard() {
        var limits = app.bean(TenantLimits.class);
        try (var naps = new Naps(app)) {
            naps.begin(app.tenant(Map.of("shard", HANGING)), 20);
            await().until(() -> limits.atWork(new ShardName(HANGING)) == 4);
            assertThat(naps.get(quiet, "item").getStatus().value()).isEqualTo(200);
        }
        await().until(() -> limits.atWork(new ShardName(HANGING)) == 0);
    }

    @Test
    void whoTriesOneTenantAfterTheOtherIsToldToWaitAndOthersAreNot() {
        var naps = new Naps(app);
        assertThat(naps.get("/t/nobody-0/rest/v1/item", "rh_sec_guess")
                        .getStatus()
                        .value())
                .isEqualTo(404);
        // On a busy machine one more guess may be granted between two of these.
        await().untilAsserted(() -> {
            for (int i = 1; i < 40; i++) {
                naps.get("/t/nobody-" + i + "/rest/v1/item", "rh_sec_guess");
            }
            var unknown = naps.get("/t/nobody/rest/v1/item", "rh_sec_guess");
            var known = naps.get(quiet.path("item"), "rh_sec_guess");
            var foreign = naps.get(quiet.path("item"), elsewhere.secret());
            assertThat(unknown.getStatus().value()).isEqualTo(429);
            assertThat(unknown.getResponseHeaders().getFirst("Retry-After")).isEqualTo("1");
            assertThat(told(known)).isEqualTo(told(unknown));
            assertThat(told(foreign)).isEqualTo(told(unknown));
        });
        assertThat(naps.get(quiet, "item").getStatus().value()).isEqualTo(200);
    }

    @Test
    void aChangedPlanHoldsWithoutARestart() throws IOException {
        var naps = new Naps(app);
        assertThat(policy(naps)).isEqualTo("\"requests\";q=1000;w=2");
        plans("plans: {gold: {requests-per-second: 300, burst: 300, classes: {read: {requests-per-second: 7}}}}");
        await().until(() -> !policy(naps).contains("q=1000"));
        assertThat(naps.get(elsewhere, "item").getResponseHeaders().get("RateLimit-Policy"))
                .containsExactly("\"read\";q=14;w=2", "\"requests\";q=300;w=1");
    }

    private static String policy(Naps naps) {
        return naps.get(elsewhere, "item").getResponseHeaders().getFirst("RateLimit-Policy");
    }

    private static void assertShed(EntityExchangeResult<byte[]> answer) {
        assertThat(answer.getStatus().value()).isEqualTo(503);
        assertThat(answer.getResponseHeaders().getFirst("Retry-After")).isEqualTo("1");
        assertThat(answer.getResponseHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(RunningApp.json(answer.getResponseBody()).get("code").stringValue())
                .isEqualTo("overloaded");
    }

    // All but the trace.
    private static String told(EntityExchangeResult<byte[]> answer) {
        return answer.getStatus() + " "
                + new String(answer.getResponseBody(), StandardCharsets.UTF_8)
                        .replaceAll("\"trace_id\":\"[0-9a-f]+\"", "");
    }

    private static Path file() {
        return folder.resolve("plans.yaml");
    }

    private static void plans(String plans) throws IOException {
        Files.writeString(file(), "rowhouse:\n  " + plans);
    }
}
