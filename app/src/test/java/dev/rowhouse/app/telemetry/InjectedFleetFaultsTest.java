package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.Fault;
import dev.rowhouse.local.FaultProxy;
import dev.rowhouse.local.KafkaProcess;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.messaging.TopicReader;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.onboarding.WarmPoolSettings;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;

/**
 * Faults that take two instances, or the operations of an installation, raise their alerts as in {@link InjectedFaultsTest}.
 *
 * <p>The second instance reaches the shard on a way of its own, and ends TLS itself.
 */
@EnabledIfSystemProperty(named = "rowhouse.faults", matches = "injected")
@Timeout(600)
class InjectedFleetFaultsTest {

    private static final Duration SHORT = Duration.ofSeconds(2);

    // Terms of the relay are looked at every two seconds.
    private static final Duration SOME_TERMS = Duration.ofSeconds(8);
    private static final Duration SETTLED = Duration.ofSeconds(5);

    // The fleet is looked at every fifteen seconds.
    private static final Duration A_LOOK = Duration.ofSeconds(16);

    private static final String ELSEWHERE = "elsewhere";
    private static final String LEADER = "FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            + " WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'rowhouse-lock'";

    private final PostgresServer control = PostgresServer.start();
    private final PostgresServer shard = PostgresServer.start();
    private RunningApp app;
    private TestTenant tenant;
    private Incidents incidents;

    @AfterEach
    void stop() {
        control.close();
        shard.close();
    }

    @Test
    void everyFaultRaisesItsAlertAndItsEndClearsIt(@TempDir Path folder) throws Exception {
        if (!Promtool.isThere()) {
            return;
        }
        var database = control.createDatabase("control");
        control.execute("CREATE ROLE " + ELSEWHERE + " SUPERUSER LOGIN PASSWORD '" + ELSEWHERE + "'");
        var certificate = new ServerCertificate(folder);
        certificate.issue(Duration.ofDays(90));
        try (var kafka = KafkaProcess.start(folder.resolve("kafka"));
                var way = FaultProxy.to(shard.endpoint("postgres").port());
                var first = RunningApp.over(
                        database, control.superuser(), settings(kafka), InjectedFleetFaultsTest::hurry)) {
            app = first;
            app.register("shared", shard.createDatabase("shared"), shard.superuser(), 1);
            app.publishShop();
            var securely = settings(kafka);
            securely.putAll(certificate.settings());
            try (var second = RunningApp.over(
                    database, new PostgresLogin(ELSEWHERE, ELSEWHERE), securely, InjectedFleetFaultsTest::hurry)) {
                lead(way);
                tenant = app.tenant();
                incidents = new Incidents(
                        List.of(first, second), this::status, () -> status() == 200, InjectedFleetFaultsTest::isWell);

                certificateNotRenewed(certificate, second);
                renamedRole();
                incidents.happen(
                        List.of("RowhouseShardPartlyAway"),
                        SHORT,
                        () -> way.set(new Fault.Reset()),
                        during -> during.sum("rowhouse_shard_up", "") == 1,
                        way::heal);
                relayWithoutRest();
                poisonInTheTopic(kafka);
                lockedOperation();
                rightTakenFromTheBuilders();
            }
        }
        incidents.judge(folder);
    }

    private void certificateNotRenewed(ServerCertificate certificate, RunningApp second) {
        incidents.happen(
                List.of("RowhouseCertificateExpires"),
                SHORT,
                () -> certificate.issue(Duration.ofDays(10)),
                during -> during.sum("ssl_chain_expiry_seconds", "edge")
                                < Duration.ofDays(11).toSeconds()
                        && ServerCertificate.shownBy(second).compareTo(Duration.ofDays(11)) < 0,
                () -> {
                    certificate.issue(Duration.ofDays(90));
                    await().atMost(Incidents.PATIENCE)
                            .until(() -> ServerCertificate.shownBy(second).compareTo(Duration.ofDays(80)) > 0);
                });
    }

    // A session that was somebody a moment ago is somebody else, without having been asked.
    private void renamedRole() {
        var house = Objects.requireNonNull(Objects.requireNonNull(
                        app.bean(Residents.class).find(new Slug(tenant.slug())).block(Incidents.PATIENCE))
                .tenant()
                .house());
        var role = house.id().role(CallerClass.SERVICE).value();
        incidents.happen(
                List.of("RowhouseRoleMismatch"),
                SHORT,
                () -> {},
                during -> {
                    assertThat(status()).isEqualTo(200);
                    shard.execute("ALTER ROLE \"" + role + "\" RENAME TO stranger");
                    assertThat(status()).isNotEqualTo(200);
                    shard.execute("ALTER ROLE stranger RENAME TO \"" + role + "\"");
                    return during.sum("rowhouse_lane_mismatches_total", "") > 0;
                },
                () -> {});
    }

    // Who leads loses the lock as soon as its term has begun.
    private void relayWithoutRest() {
        double[] ended = {Scrape.of(List.of(app)).sum("rowhouse_relay_term", "") - 1};
        incidents.happen(
                List.of("RowhouseRelayChangesHands"),
                SOME_TERMS,
                () -> {},
                during -> {
                    var term = during.sum("rowhouse_relay_term", "pod=\"0\"");
                    var begun = term > ended[0];
                    if (begun) {
                        ended[0] = term;
                        shard.query("postgres", "SELECT pg_terminate_backend(pid) " + LEADER);
                    }
                    return begun;
                },
                () -> await().atMost(Incidents.PATIENCE)
                        .during(SETTLED)
                        .until(() -> shard.query("postgres", "SELECT a.backend_start " + LEADER)
                                        .size()
                                == 1));
    }

    private void poisonInTheTopic(KafkaProcess kafka) {
        incidents.happen(
                List.of("RowhouseDeadLetters"),
                SHORT,
                () -> TopicReader.write(kafka.bootstrapServer(), "rowhouse.rows", "nobody", "poison"),
                during -> during.sum("rowhouse_dead_letters", "unreadable") > 0,
                () -> letters().forEach(this::discard));
    }

    private void lockedOperation() throws Exception {
        var at = control.endpoint("control");
        try (var session = DriverManager.getConnection(
                "jdbc:postgresql://" + at.host() + ":" + at.port() + "/control",
                control.superuser().user(),
                control.superuser().password())) {
            session.setAutoCommit(false);
            incidents.happen(
                    List.of("RowhouseOperationStuck"),
                    A_LOOK,
                    () -> {
                        InjectedFaultsTest.execute(session, "LOCK TABLE house IN SHARE ROW EXCLUSIVE MODE");
                        assertThat(order("waits", 0)).isEqualTo(202);
                    },
                    during -> during.sum("rowhouse_operations_oldest_seconds", "") > 0,
                    () -> InjectedFaultsTest.execute(session, "ROLLBACK"));
        }
    }

    // Healed as the runbook says: the shard is registered again.
    private void rightTakenFromTheBuilders() {
        var endpoint = shard.endpoint("shared");
        incidents.happen(
                List.of("RowhouseWarmPoolEmpty", "RowhouseOperationsFail"),
                SHORT,
                () -> {
                    shard.execute("REVOKE CREATE ON DATABASE shared FROM rowhouse_provisioner_1");
                    assertThat(order("takes-the-last", 20)).isEqualTo(201);
                    for (int number = 0; number < 3; number++) {
                        assertThat(order("fails-" + number, 20)).isNotEqualTo(201);
                    }
                },
                during -> during.sum("rowhouse_warm_houses", "ready") == 0
                        && during.sum("rowhouse_operations", "compensated") >= 2 * 3,
                () -> {
                    app.register("shared", endpoint, shard.superuser(), 1);
                    passAnHour();
                });
    }

    // As far as the control database tells: operations are counted by the time in their ids.
    private void passAnHour() {
        var earlier =
                "(lpad(to_hex(('x' || left(replace(%1$s::text, '-', ''), 12))::bit(48)::bigint - 3600000), 12, '0')"
                        + " || substr(replace(%1$s::text, '-', ''), 13))::uuid";
        control.execute(
                "control",
                "SET session_replication_role = replica; UPDATE operation SET id = " + earlier.formatted("id")
                        + "; UPDATE operation_step SET operation = " + earlier.formatted("operation"));
    }

    private static boolean isWell(Scrape now) {
        return now.sum("rowhouse_control_up", "") == 2
                && now.sum("rowhouse_shard_up", "") == 2
                && now.sum("rowhouse_warm_houses", "ready") == 2
                && now.sum("rowhouse_operations_oldest_seconds", "") == 0
                && !(now.sum("rowhouse_operations", "compensated") > 0)
                && !(now.sum("rowhouse_dead_letters", "") > 0)
                && now.sum("rowhouse_relay_lag_entries", "") == 0
                && now.sum("ssl_chain_expiry_seconds", "edge")
                        > Duration.ofDays(80).toSeconds();
    }

    /** Lets the second instance take the way to the shard that can be cut: where shards are is what its login sees. */
    private void lead(FaultProxy way) {
        control.execute(
                "control",
                "CREATE SCHEMA elsewhere; CREATE VIEW elsewhere.shard AS"
                        + " SELECT name, host, " + way.port()
                        + " AS port, database, region, weight, draining, lanes, labels, forgotten_at"
                        + " FROM public.shard; ALTER ROLE elsewhere SET search_path = elsewhere, public");
        control.query("control", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'elsewhere'");
    }

    private int status() {
        return app.status(tenant);
    }

    private int order(String slug, int wait) {
        return app.operator()
                .post()
                .uri("/admin/v1/tenants")
                .header("Prefer", wait == 0 ? "respond-async" : "wait=" + wait)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("slug", slug, "blueprint", "shop"))
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }

    private List<String> letters() {
        var page = app.operator()
                .get()
                .uri("/admin/v1/dead-letters")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return RunningApp.json(page)
                .get("items")
                .valueStream()
                .map(letter -> letter.get("id").asString())
                .toList();
    }

    private void discard(String letter) {
        app.operator()
                .post()
                .uri("/admin/v1/dead-letters/" + letter + "/discard")
                .exchange()
                .expectStatus()
                .isOk();
    }

    private static Map<String, Object> settings(KafkaProcess kafka) {
        var settings = new HashMap<String, Object>();
        settings.put("management.server.port", 0);
        settings.put("rowhouse.kafka.bootstrap-servers", kafka.bootstrapServer());
        settings.put("rowhouse.relay.alarm-after", "30s");
        settings.put("rowhouse.relay.refuse-after", "40s");
        settings.put("rowhouse.lanes.connections", 1);
        settings.put("rowhouse.warm-houses", 1);
        return settings;
    }

    private static void hurry(ConfigurableApplicationContext context) {
        context.getBeanFactory().addBeanPostProcessor(new Hurry());
    }

    /** Gives up after seconds, not after a minute, a house that cannot be built. */
    private static final class Hurry implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return bean instanceof WarmPoolSettings settings
                    ? new WarmPoolSettings(
                            settings.size(),
                            settings.batch(),
                            settings.look(),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(5),
                            settings.scratchAge())
                    : bean;
        }
    }
}
