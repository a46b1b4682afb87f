package dev.rowhouse.local.street;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.app.admin.FaultInjector.Kind;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.RedisServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Servers are broken by the admin API as the local run has it, and the product goes on as the answer says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ChaosTest {

    private static final String CHAOS = "/admin/v1/chaos";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ROUNDS = 20;

    private PostgresServer near;
    private PostgresServer far;
    private RedisServer redis;
    private StreetKafka kafka;
    private StreetFaults faults;
    private RunningApp app;
    private TestTenant nearTenant;
    private TestTenant farTenant;

    @BeforeAll
    void start(@TempDir Path folder) {
        near = PostgresServer.start();
        far = PostgresServer.start();
        redis = RedisServer.keeping(folder.resolve("redis"), FreePort.any());
        kafka = StreetKafka.keeping(folder.resolve("kafka"), FreePort.any());
        faults = new StreetFaults(Map.of(
                "far", Breakage.of(() -> far, kind -> "far: " + kind),
                "redis", Breakage.of(() -> redis, kind -> "redis: " + kind),
                "kafka", Breakage.ofKafka(() -> kafka, kind -> "kafka: " + kind)));
        app = RunningApp.over(
                near.createDatabase("control"),
                near.superuser(),
                Map.of(
                        "spring.profiles.active",
                        "local",
                        "rowhouse.warm-houses",
                        1,
                        "rowhouse.redis.uri",
                        "redis://127.0.0.1:" + redis.port(),
                        "rowhouse.kafka.bootstrap-servers",
                        "127.0.0.1:" + kafka.port()),
                context -> context.getBeanFactory().registerSingleton("faultInjector", faults));
        app.register("near", near.createDatabase("near"), near.superuser(), 2);
        app.register("far", far.createDatabase("far"), far.superuser(), 2);
        app.publishShop();
        nearTenant = app.tenant(Map.of("shard", "near"));
        farTenant = app.tenant(Map.of("shard", "far", "plan", "brief"));
        assertThat(read(farTenant).getStatus().value()).isEqualTo(200);
    }

    @AfterEach
    void heal() {
        faults.endAll();
    }

    @AfterAll
    void stop() {
        faults.close();
        app.close();
        kafka.close();
        redis.close();
        far.close();
        near.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"KILL", "HANG"})
    void aShardThatFailsIsItsTenantsAlone(Kind kind) {
        begin("far", kind, 300);

        var refused = read(farTenant);
        assertThat(refused.getStatus().value()).isEqualTo(503);
        assertThat(refused.getResponseHeaders().getFirst(HttpHeaders.RETRY_AFTER))
                .isNotNull();
        for (var round = 0; round < ROUNDS; round++) {
            assertThat(read(nearTenant).getStatus().value()).isEqualTo(200);
        }
        assertThat(now("far")).isEqualTo(kind.name().toLowerCase(Locale.ROOT));

        app.operator().delete().uri(CHAOS).exchange().expectStatus().isNoContent();

        assertThat(now("far")).isEmpty();
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(read(farTenant).getStatus().value()).isEqualTo(200));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFaultEndsByItselfAndLeavesNothingBehind(Kind kind) {
        begin("far", kind, 1);

        await().atMost(SOON).until(() -> now("far").isEmpty());
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(read(farTenant).getStatus().value()).isEqualTo(200));
        assertThat(far.query("postgres", "SELECT 1")).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void withoutRedisEveryTenantIsServed(Kind kind) {
        begin("redis", kind, 300);

        for (var round = 0; round < ROUNDS; round++) {
            assertThat(read(nearTenant).getStatus().value()).isEqualTo(200);
            assertThat(read(farTenant).getStatus().value()).isEqualTo(200);
        }
        assertThat(now("redis")).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whileKafkaFailsChangesWaitOnTheirShard(Kind kind) {
        var id = 100 + kind.ordinal();
        await().atMost(SOON).until(() -> waiting() == 0);
        begin("kafka", kind, 300);

        write(nearTenant, id);
        if (kind != Kind.SLOW) {
            await().atMost(SOON).until(() -> waiting() > 0);
        }
        app.operator().delete().uri(CHAOS).exchange().expectStatus().isNoContent();

        await().atMost(SOON).until(() -> waiting() == 0);
    }

    @Test
    void aTargetHasOneFaultAtATime() {
        begin("redis", Kind.HANG, 300);

        order("{\"target\": \"redis\", \"fault\": \"kill\"}")
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("fault_running");
        begin("kafka", Kind.SLOW, 300);
    }

    @Test
    void whoClosesTheStreetHealsItsServers() {
        try (var own = new StreetFaults(Map.of("redis", Breakage.of(() -> redis, Kind::name)))) {
            own.begin("redis", Kind.KILL, Duration.ofSeconds(300));
        }
        withoutRedisEveryTenantIsServed(Kind.SLOW);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                       | 400 | target  | member 'target' is missing
            {"target": "far"}                                        | 400 | fault   | member 'fault' is missing
            {"target": "far", "fault": "hang", "until": 3}           | 400 | until   | member 'until' is not known here
            {"target": 1, "fault": "hang"}                           | 400 | target  | (expected: text)
            {"target": "far", "fault": null}                         | 400 | fault   | (expected: text)
            {"target": "far", "fault": "hang", "seconds": "5"}       | 400 | seconds | (expected: an integer)
            {"target": "far", "fault": "hang", "seconds": 1e400}     | 400 | seconds | (expected: an integer)
            {"target": "far", "fault": "hang", "seconds": 99999999999} | 400 | seconds | (expected: an integer)
            {"target": "far", "fault": "hang", "seconds": 1.5}       | 400 | seconds | (expected: an integer)
            {"target": "far", "fault": "hang", "seconds": 0}         | 422 | seconds | (expected: 1 to 300)
            {"target": "far", "fault": "hang", "seconds": -1}        | 422 | seconds | (expected: 1 to 300)
            {"target": "far", "fault": "hang", "seconds": 301}       | 422 | seconds | (expected: 1 to 300)
            {"target": "near", "fault": "hang"}                      | 422 | target  | (expected: far, kafka, redis)
            {"target": "../far", "fault": "hang"}                    | 422 | target  | (expected: far, kafka, redis)
            {"target": "far", "fault": "KILL"}                       | 422 | fault   | (expected: hang, kill, slow)
            {"target": "far", "fault": "melt"}                       | 422 | fault   | (expected: hang, kill, slow)
            {"target": "far", "target": "redis", "fault": "hang"}    | 400 |         | Duplicate
            []                                                       | 400 |         | the body is of type array
            """)
    void whatIsNotUnderstoodIsRefusedByName(String body, int status, String member, String message) {
        var refused = order(body).expectStatus().isEqualTo(status).expectBody();
        refused.jsonPath("$.message")
                .value(String.class, text -> assertThat(text).contains(message));
        if (member != null) {
            refused.jsonPath("$.member").isEqualTo(member);
        }
        assertThat(now("far")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE"})
    void itIsForOperatorsAlone(String method) {
        var wanted = HttpMethod.valueOf(method);
        status(app.client(), wanted, 401);
        status(with("Authorization", "Bearer " + farTenant.secret()), wanted, 401);
        status(with("apikey", farTenant.secret()), wanted, 401);
        status(with("Authorization", "Bearer " + RunningApp.READER), wanted, wanted == HttpMethod.GET ? 200 : 403);
        assertThat(now("far")).isEmpty();
    }

    @Test
    void theProfileAloneOpensNothing() {
        try (var bare = RunningApp.over(
                near.createDatabase("bare"), near.superuser(), Map.of("spring.profiles.active", "local"))) {
            nothingThere(bare);
        }
    }

    @Test
    void whatCanBreakServersOpensNothingOutsideOfTheLocalRun() {
        try (var elsewhere = RunningApp.over(
                near.createDatabase("elsewhere"),
                near.superuser(),
                Map.of("spring.profiles.active", "production"),
                context -> context.getBeanFactory().registerSingleton("faultInjector", faults))) {
            nothingThere(elsewhere);
        }
    }

    private static void nothingThere(RunningApp other) {
        for (var method : new HttpMethod[] {HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE}) {
            status(other.operator(), method, 404);
        }
    }

    private static void status(WebTestClient client, HttpMethod method, int status) {
        client.method(method)
                .uri(CHAOS)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"target\": \"far\", \"fault\": \"hang\", \"seconds\": 1}")
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    private WebTestClient with(String header, String value) {
        return app.client().mutate().defaultHeader(header, value).build();
    }

    private void begin(String target, Kind kind, int seconds) {
        var fault = kind.name().toLowerCase(Locale.ROOT);
        order("{\"target\": \"" + target + "\", \"fault\": \"" + fault + "\", \"seconds\": " + seconds + "}")
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.fault")
                .isEqualTo(fault)
                .jsonPath("$.expect")
                .isEqualTo(target + ": " + kind)
                .jsonPath("$.until")
                .isNotEmpty();
    }

    private WebTestClient.ResponseSpec order(String body) {
        return app.operator()
                .post()
                .uri(CHAOS)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    /** Returns the fault that is on as the API tells it, or the empty text. */
    private String now(String target) {
        var body = app.operator().get().uri(CHAOS).exchange().expectBody().returnResult();
        var items = RunningApp.json(body.getResponseBody()).get("items");
        return items.valueStream()
                .filter(item -> item.get("target").stringValue().equals(target))
                .map(item -> item.get("now").path("fault").asString(""))
                .findFirst()
                .orElseThrow();
    }

    private EntityExchangeResult<byte[]> read(TestTenant tenant) {
        return app.client()
                .get()
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .exchange()
                .expectBody()
                .returnResult();
    }

    private void write(TestTenant tenant, int id) {
        app.client()
                .post()
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"id\": " + id + ", \"name\": \"Spade\"}")
                .exchange()
                .expectStatus()
                .isCreated();
    }

    private double waiting() {
        var gauge = app.bean(MeterRegistry.class)
                .find("rowhouse.relay.lag.entries")
                .tag("shard", "near")
                .gauge();
        return gauge == null ? Double.NaN : gauge.value();
    }
}
