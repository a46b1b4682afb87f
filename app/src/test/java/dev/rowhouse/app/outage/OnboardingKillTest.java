package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.street.StreetClient;
import dev.rowhouse.local.street.StreetClient.Answer;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The application's process is killed at every failpoint of onboarding, with an operation of its own stopped at each. The
 * process started next ends what the dead one had begun, and afterwards houses stand on the shard exactly where the control
 * database says so.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OnboardingKillTest {

    private static final String CONTROL = "control";
    private static final String SHARD = "shard";
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final PostgresServer server = PostgresServer.start();

    private @Nullable File log;
    private @Nullable MortalProcess process;
    private int warmHouses;
    private int orders;
    private boolean fragile;

    @BeforeAll
    void prepare(@TempDir Path folder) {
        log = folder.resolve("app.log").toFile();
        server.createDatabase(CONTROL);
        server.createDatabase(SHARD);
        var client = client(running(0));
        client.register(SHARD, server.endpoint(SHARD), server.superuser(), 2, List.of());
        publish("shop", "CREATE TABLE item (id int PRIMARY KEY, name text);");
    }

    @AfterAll
    void end() {
        if (process != null) {
            process.close();
        }
        server.close();
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {"onboard.accept.before", "onboard.accept.after"})
    void anOrderWithoutAnAnswerIsRepeated(String failpoint) {
        var slug = nextSlug();
        var dying = running(0);
        dying.arm(failpoint);
        var answer = Mono.fromCallable(() -> order(dying, slug, "shop", Map.of()))
                .subscribeOn(Schedulers.boundedElastic())
                .toFuture();
        dying.awaitReached(failpoint);
        dying.kill();
        assertThatThrownBy(answer::join).hasCauseInstanceOf(UncheckedIOException.class);

        var repeated = order(running(0), slug, "shop", Map.of("Prefer", "wait=20"));

        assertThat(repeated.status()).isEqualTo(201);
        assertThat(server.query(CONTROL, "SELECT state FROM tenant WHERE slug = '" + slug + "'"))
                .containsExactly("active");
        assertHousesAreWhereTheControlDatabaseSays();
    }

    @Test
    @Order(2)
    void anAcceptedTenantIsBuiltAHouse() {
        assertAcceptedTenantsComeToLife(
                List.of(
                        "onboard.place.before",
                        "onboard.place.after",
                        "onboard.house.before",
                        "onboard.house.working",
                        "onboard.house.worked",
                        "onboard.house.after",
                        "onboard.activate.before",
                        "onboard.activate.after"),
                0);
    }

    @Test
    @Order(3)
    void anAcceptedTenantGetsAReadyHouse() {
        assertAcceptedTenantsComeToLife(
                List.of("onboard.house.before", "onboard.house.after", "onboard.activate.after"), 2);
    }

    @Test
    @Order(4)
    void anOrderThatFailsIsCompensated() {
        publishFragile();
        var orders = killAt(
                List.of(
                        "onboard.house.undo.before",
                        "onboard.house.undo.after",
                        "onboard.reserve.undo.before",
                        "onboard.reserve.undo.after"),
                "fragile",
                0);

        running(0);
        orders.forEach((slug, accepted) -> {
            eventually(() -> assertThat(statesOf(slug)).containsExactly("failed compensated"));
            assertThat(read(slug, secretOf(accepted)).status()).isEqualTo(404);
        });
        assertHousesAreWhereTheControlDatabaseSays();
        orders.keySet().forEach(slug -> {
            var again = client(running(0))
                    .admin("POST", "/tenants", Map.of("slug", slug, "blueprint", "shop"), Map.of("Prefer", "wait=20"));
            assertThat(again.status()).isEqualTo(201);
        });
    }

    private void assertAcceptedTenantsComeToLife(List<String> failpoints, int warm) {
        var orders = killAt(failpoints, "shop", warm);

        running(warm);
        orders.forEach((slug, accepted) -> {
            eventually(() -> assertThat(statesOf(slug)).containsExactly("active succeeded"));
            eventually(() -> assertThat(read(slug, secretOf(accepted)).status()).isEqualTo(200));
        });
        assertHousesAreWhereTheControlDatabaseSays();
        orders.keySet().forEach(slug -> {
            var replayed = order(running(warm), slug, "shop", Map.of());
            assertThat(replayed.status()).isEqualTo(202);
            assertThat(replayed.json().get("keys").isNull()).isTrue();
        });
    }

    /** Returns the answer to each order, by the slug it was for. */
    private Map<String, Answer> killAt(List<String> failpoints, String blueprint, int warm) {
        var dying = running(warm);
        var orders = new LinkedHashMap<String, Answer>();
        for (var failpoint : failpoints) {
            eventually(() -> assertThat(server.query(CONTROL, "SELECT id FROM house WHERE state = 'ready'"))
                    .hasSizeGreaterThanOrEqualTo(warm));
            dying.arm(failpoint);
            var slug = nextSlug();
            var accepted = order(dying, slug, blueprint, Map.of());
            assertThat(accepted.status()).isEqualTo(202);
            orders.put(slug, accepted);
            dying.awaitReached(failpoint);
        }
        dying.kill();
        return orders;
    }

    private void assertHousesAreWhereTheControlDatabaseSays() {
        eventually(() -> {
            var houses = server.query(CONTROL, "SELECT id FROM house ORDER BY id");
            assertThat(server.query(CONTROL, "SELECT state FROM house WHERE state NOT IN ('ready', 'taken')"))
                    .isEmpty();
            assertThat(server.query(SHARD, "SELECT substr(nspname, 3) FROM pg_namespace WHERE nspname ~ '^h_'"))
                    .containsExactlyInAnyOrderElementsOf(houses);
            assertThat(server.query(SHARD, "SELECT rolname FROM pg_roles WHERE rolname ~ '^h_'"))
                    .containsExactlyInAnyOrderElementsOf(
                            houses.stream().flatMap(OnboardingKillTest::roles).toList());
            assertThat(server.query(CONTROL, """
                            SELECT slug FROM tenant t WHERE (state = 'active')
                                <> EXISTS (SELECT FROM house h WHERE h.id = t.house AND h.tenant = t.id AND h.state = 'taken')
                            """)).isEmpty();
        });
    }

    private static Stream<String> roles(String house) {
        return Stream.of("_o", "_a", "_u", "_s").map(suffix -> "h_" + house + suffix);
    }

    private List<String> statesOf(String slug) {
        return server.query(
                CONTROL,
                "SELECT t.state || ' ' || o.state FROM tenant t JOIN operation o ON o.tenant = t.id WHERE t.slug = '"
                        + slug + "'");
    }

    private String nextSlug() {
        orders++;
        return "tenant-" + orders;
    }

    private void publish(String blueprint, String sql) {
        client(running(0))
                .admin(
                        "PUT",
                        "/blueprints/" + blueprint + "/versions/1",
                        List.of(Map.of("name", "a.sql", "text", sql)),
                        Map.of())
                .orFail("publishing");
    }

    // Its houses could be built as long as the function was there. The warm pool would go on trying, so it comes late.
    private void publishFragile() {
        running(0);
        if (!fragile) {
            server.execute(SHARD, "CREATE FUNCTION extensions.number() RETURNS int LANGUAGE sql AS 'SELECT 1'");
            publish("fragile", "CREATE TABLE item (id int PRIMARY KEY DEFAULT extensions.number());");
            server.execute(SHARD, "DROP FUNCTION extensions.number()");
            fragile = true;
        }
    }

    private static Answer order(MortalProcess to, String slug, String blueprint, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("Idempotency-Key", slug);
        return client(to).admin("POST", "/tenants", Map.of("slug", slug, "blueprint", blueprint), all);
    }

    private Answer read(String slug, String key) {
        return client(running(warmHouses)).read(slug, "item", key);
    }

    private static String secretOf(Answer accepted) {
        return accepted.json().get("keys").get("secret").stringValue();
    }

    private static StreetClient client(MortalProcess process) {
        return new StreetClient("http://127.0.0.1:" + process.port(), RunningApp.OPERATOR);
    }

    /** Returns the living process, started now if there is none that keeps so many houses ready. */
    private MortalProcess running(int warm) {
        if (process != null && process.isAlive() && warm == warmHouses) {
            return process;
        }
        if (process != null) {
            process.close();
        }
        warmHouses = warm;
        process = MortalProcess.start(settings(), Objects.requireNonNull(log));
        return process;
    }

    private Map<String, Object> settings() {
        var control = server.endpoint(CONTROL);
        var settings = new HashMap<>(RunningApp.settings(control, server.superuser()));
        settings.put("rowhouse.warm-houses", warmHouses);
        return settings;
    }

    private static void eventually(Runnable assertions) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        Mono.fromRunnable(assertions)
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, LOOK)
                        .scheduler(Schedulers.boundedElastic())
                        .filter(failure -> failure instanceof AssertionError && System.nanoTime() < deadline)
                        .onRetryExhaustedThrow((_, last) -> last.failure()))
                .block();
    }
}
