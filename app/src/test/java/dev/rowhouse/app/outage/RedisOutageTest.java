package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.Fault;
import dev.rowhouse.local.FaultProxy;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis fails in each way while requests come: they are served within the tenant's rate, and none with a failure. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisOutageTest {

    private static final int PER_SECOND = 5;
    private static final int BURST = 5;
    private static final Duration TIME = Duration.ofSeconds(2);
    private static final Duration NOBODY_WAITS = Duration.ofSeconds(1);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RedisServer redis;
    private FaultProxy proxy;
    private PostgresServer postgres;
    private RunningApp app;

    @BeforeAll
    void start(@TempDir Path folder) {
        postgres = PostgresServer.start();
        redis = RedisServer.keeping(folder, FreePort.any());
        proxy = FaultProxy.to(redis.port());
        app = RunningApp.over(
                postgres.createDatabase("control_redis_outage"),
                postgres.superuser(),
                Map.of(
                        "rowhouse.redis.uri", "redis://127.0.0.1:" + proxy.port(),
                        "rowhouse.plans.standard.requests-per-second", PER_SECOND,
                        "rowhouse.plans.standard.burst", BURST));
        app.register("redis-outage", postgres.createDatabase("shard_redis_outage"), postgres.superuser(), 2);
        app.publishShop();
    }

    @AfterAll
    void stop() {
        app.close();
        proxy.close();
        redis.close();
        postgres.close();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault.None(),
                new Fault.Delay(Duration.ofMillis(500)),
                new Fault.BlackHole(),
                new Fault.DropAnswers(_ -> true),
                new Fault.Reset());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void requestsAreServedWithinTheRate(Fault fault) throws Exception {
        var tenant = app.tenant();
        var warm = ask(tenant);
        proxy.set(fault);
        var statuses = new HashMap<Integer, Integer>();
        var longest = 0L;
        var began = System.nanoTime();
        while (System.nanoTime() - began < TIME.toNanos()) {
            var before = System.nanoTime();
            statuses.merge(ask(tenant), 1, Integer::sum);
            longest = Math.max(longest, System.nanoTime() - before);
        }
        var seconds = (System.nanoTime() - began) / 1e9;
        proxy.heal();

        assertThat(warm).isEqualTo(200);
        assertThat(statuses).containsOnlyKeys(200, 429);
        // What was drawn before Redis failed may be spent as well.
        assertThat(statuses.get(200)).isBetween(BURST / 2, (int) (seconds * PER_SECOND + 2 * BURST));
        assertThat(Duration.ofNanos(longest)).isLessThan(NOBODY_WAITS);
    }

    private int ask(RunningApp.TestTenant tenant) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + tenant.path("item?limit=1")))
                .header("apikey", tenant.secret());
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
