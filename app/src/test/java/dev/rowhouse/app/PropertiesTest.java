package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.admin.OperatorProperties;
import dev.rowhouse.app.data.limits.Plan;
import dev.rowhouse.app.data.limits.Plans;
import dev.rowhouse.app.data.limits.Quotas;
import dev.rowhouse.app.data.limits.RouteClass;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.platform.limits.Rate;
import dev.rowhouse.tenancy.relay.RelaySettings;
import dev.rowhouse.tenancy.shard.LaneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PropertiesTest {

    @Test
    void lanesHaveTheDefaultsOfTenancy() {
        assertThat(bind("rowhouse.lanes", LaneProperties.class, Map.of()).settings())
                .isEqualTo(LaneSettings.defaults());
    }

    @Test
    void aZeroTimeoutIsRefusedByName() {
        assertThatThrownBy(() ->
                        bind("rowhouse.lanes", LaneProperties.class, Map.of("rowhouse.lanes.acquire-timeout", "0s")))
                .rootCause()
                .hasMessage("rowhouse.lanes.acquire-timeout: 0 (expected: more than 0)");
    }

    @Test
    void certificatesOfVaultMayBeNamedByATreeOfFiles(@TempDir Path tree) throws IOException {
        Files.writeString(tree.resolve("rowhouse.vault.address"), "https://vault.example:8200");
        Files.writeString(tree.resolve("rowhouse.vault.token"), "CANARY-TOKEN");
        Files.writeString(tree.resolve("rowhouse.vault.certificates"), "/etc/rowhouse/vault.pem");
        var source = ConfigurationPropertySource.from(new ConfigTreePropertySource("tree", tree));
        var bound = new Binder(List.of(source), null, ApplicationConversionService.getSharedInstance())
                .bind("rowhouse.vault", VaultProperties.class)
                .get();
        assertThat(bound.settings().certificates()).isEqualTo(Path.of("/etc/rowhouse/vault.pem"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            common-name       |                 | common-name: null (expected: a host name, such as rowhouse.example, where there is a role)
            common-name       | https://house.x | common-name: https://house.x (expected: a host name, such as rowhouse.example, where there is a role)
            alternative-names | a.x, b x        | alternative-names: b x (expected: host names, apart by commas)
            addresses         | house           | addresses: house (expected: IP addresses, apart by commas)
            life              | 1ms             | life: PT0.001S (expected: 1s or more)
            """)
    void aCertificateThatCannotBeIsRefusedByName(String name, @Nullable String value, String text) {
        var settings = new HashMap<>(
                Map.of("rowhouse.certificate.role", "rowhouse", "rowhouse.certificate.common-name", "rowhouse.test"));
        if (value == null) {
            settings.remove("rowhouse.certificate." + name);
        } else {
            settings.put("rowhouse.certificate." + name, value);
        }

        assertThatThrownBy(() -> bind("rowhouse.certificate", CertificateProperties.class, settings))
                .rootCause()
                .hasMessage("rowhouse.certificate." + text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            transit-key   | rowhouse | transit-key: rowhouse (expected: none, as there is no address)
            transit-key   | a b      | transit-key: a b (expected: a key of the transit engine, such as rowhouse)
            transit-mount | /transit | transit-mount: /transit (expected: such as transit)
            data-key-life | 0s       | data-key-life: PT0S (expected: more than 0)
            """)
    void aSealThatCannotBeIsRefusedByName(String name, String value, String text) {
        assertThatThrownBy(() -> bind("rowhouse.vault", VaultProperties.class, Map.of("rowhouse.vault." + name, value)))
                .rootCause()
                .hasMessage("rowhouse.vault." + text);
    }

    @Test
    void aShortSecretIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() ->
                        bind("rowhouse", InstallationProperties.class, Map.of("rowhouse.secret", "hunter2hunter2")))
                .rootCause()
                .hasMessageContaining("rowhouse.secret has 14 characters")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aTokenInPlaceOfItsHashIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> bind(
                        "rowhouse.operator",
                        OperatorProperties.class,
                        Map.of("rowhouse.operator.token-hashes[0].sha256", "a-token")))
                .rootCause()
                .hasMessageContaining("SHA-256")
                .hasMessageNotContaining("a-token");
    }

    @Test
    void passwordsAreNotShown() {
        assertThat(new ControlProperties("db", 5432, "control", "rowhouse", "hunter2", 4).toString())
                .doesNotContain("hunter2");
    }

    @Test
    void aPlanWithoutSettingsHasTheStandardLimits() {
        var plans = plans(Map.of("rowhouse.plans.free.max-rows", "1000"));

        assertThat(plans.of("unknown")).isEqualTo(Plan.STANDARD);
        assertThat(plans.of("free")).isEqualTo(Plan.STANDARD);
    }

    @Test
    void aPlanHasWhatItSets() {
        assertThat(plans(Map.of(
                                "rowhouse.plans.free-tier.max-rows", "50",
                                "rowhouse.plans.free-tier.statement-timeout", "2s",
                                "rowhouse.plans.free-tier.cost-ceiling", "1e5",
                                "rowhouse.plans.free-tier.embed-depth", "0"))
                        .of("free-tier")
                        .limits())
                .isEqualTo(new Limits(50, Duration.ofSeconds(2), 100_000d, 0));
    }

    @Test
    void aPlanHasTheQuotasThatItSets() {
        var plan = plans(Map.of(
                        "rowhouse.plans.free.requests-per-second", "50",
                        "rowhouse.plans.free.classes.bulk.requests-per-second", "1",
                        "rowhouse.plans.free.classes.bulk.burst", "3",
                        "rowhouse.plans.free.caller.requests-per-second", "20",
                        "rowhouse.plans.free.concurrent-requests", "8",
                        "rowhouse.plans.free.statement-time-per-second", "500ms",
                        "rowhouse.plans.free.features", "events,webhooks"))
                .of("free");

        assertThat(plan.quotas())
                .isEqualTo(new Quotas(
                        new Rate(50, 100),
                        Map.of(RouteClass.BULK, new Rate(1, 3)),
                        new Rate(20, 40),
                        8,
                        Duration.ofMillis(500)));
        assertThat(plan.features()).containsExactlyInAnyOrder("events", "webhooks");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            max-rows          | 0      | max-rows: 0 (expected: 1 to 100000)
            max-rows          | 100001 | max-rows: 100001 (expected: 1 to 100000)
            statement-timeout | 0s     | statement-timeout: PT0S (expected: 1 ms or more)
            statement-timeout | 61s    | statement-timeout: PT1M1S (expected: at most PT1M, four times rowhouse.lanes.statement-timeout)
            cost-ceiling      | 0      | cost-ceiling: 0.0 (expected: a number above 0)
            cost-ceiling      | NaN    | cost-ceiling: NaN (expected: a number above 0)
            embed-depth       | -1     | embed-depth: -1 (expected: 0 to 50)
            embed-depth       | 51     | embed-depth: 51 (expected: 0 to 50)
            requests-per-second | 0    | requests-per-second, burst: 0 per second, 0 at once (expected: 1 to 1000000000 of each)
            burst             | 0      | requests-per-second, burst: 1000 per second, 0 at once (expected: 1 to 1000000000 of each)
            classes.reads.requests-per-second | 5 | classes.reads is none (expected: read, write, call, bulk or events)
            classes.bulk.requests-per-second | 0 | classes.bulk.requests-per-second, burst: 0 per second, 0 at once (expected: 1 to 1000000000 of each)
            concurrent-requests | 0    | concurrent-requests: 0 (expected: 1 or more)
            statement-time-per-second | 0s | statement-time-per-second: PT0S (expected: 1 ms to PT16M40S)
            """)
    void aPlansSettingOutOfItsBoundsIsRefusedByName(String name, String value, String text) {
        assertThatThrownBy(() -> plans(Map.of("rowhouse.plans.free." + name, value)))
                .hasMessage("rowhouse.plans.free." + text);
    }

    @Test
    void kafkasClientsAreSetByTheirOwnNamesAndNoneOfItIsShown() {
        var kafka = bind(
                "rowhouse.kafka",
                KafkaProperties.class,
                Map.of(
                        "rowhouse.kafka.bootstrap-servers", "kafka-1:9092,[::1]:9093",
                        "rowhouse.kafka.client.sasl.jaas.config", "hunter2"));

        assertThat(kafka.settings().bootstrapServers()).containsExactly("kafka-1:9092", "[::1]:9093");
        assertThat(kafka.settings().client()).containsExactly(Map.entry("sasl.jaas.config", "hunter2"));
        assertThat(kafka + " " + kafka.settings()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bootstrap-servers | kafka        | kafka (expected: host:port, apart by commas)
            bootstrap-servers | http://k:1   | http://k:1 (expected: host:port, apart by commas)
            topic-prefix      | a b          | a b (expected: up to 100 of a-z, A-Z, 0-9, '.', '_', '-')
            partitions        | 0            | 0 (expected: 1 to 10000)
            replicas          | 0            | 0 (expected: 1 or more, or -1 for what the cluster has as its default)
            retention         | 0s           | PT0S (expected: more than 0)
            max-record-bytes  | 1000         | 1000 (expected: 65536 or more)
            """)
    void aSettingOfKafkaOutOfItsBoundsIsRefusedByName(String name, String value, String text) {
        assertThatThrownBy(() -> bind("rowhouse.kafka", KafkaProperties.class, Map.of("rowhouse.kafka." + name, value)))
                .rootCause()
                .hasMessage("rowhouse.kafka." + name + ": " + text);
    }

    @Test
    void theRelayIsSetWithinBounds() {
        assertThat(bind("rowhouse.relay", RelayProperties.class, Map.of()).settings())
                .isEqualTo(RelaySettings.defaults());
        assertThatThrownBy(() -> bind("rowhouse.relay", RelayProperties.class, Map.of("rowhouse.relay.page", "0")))
                .rootCause()
                .hasMessage("rowhouse.relay.page: 0 (expected: 1 to 10000)");
        assertThatThrownBy(
                        () -> bind("rowhouse.relay", RelayProperties.class, Map.of("rowhouse.relay.alarm-after", "0s")))
                .rootCause()
                .hasMessage("rowhouse.relay.alarm-after: PT0S (expected: more than 0)");
        assertThatThrownBy(() ->
                        bind("rowhouse.relay", RelayProperties.class, Map.of("rowhouse.relay.refuse-after", "1m")))
                .rootCause()
                .hasMessage("rowhouse.relay.refuse-after: PT1M (expected: more than rowhouse.relay.alarm-after, PT1M)");
    }

    @Test
    void theTimeToDrainIsBounded() {
        assertThat(bind("rowhouse.drain", DrainProperties.class, Map.of()).delay())
                .isZero();
        assertThatThrownBy(() -> bind("rowhouse.drain", DrainProperties.class, Map.of("rowhouse.drain.delay", "3m")))
                .rootCause()
                .hasMessage("rowhouse.drain.delay: PT3M (expected: 0 s to PT2M)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            address         | vault:8200          | address: vault:8200 (expected: such as https://vault.example:8200, without a path)
            address         | http://u:CANARY@v:1 | address: (not shown) (expected: such as https://vault.example:8200, without a path)
            authentication  | ldap                | authentication: ldap (expected: token, approle or kubernetes)
            authentication  | approle             | role-id is missing (expected: a value, as rowhouse.vault.authentication is approle)
            authentication  | kubernetes          | role is missing (expected: a value, as rowhouse.vault.authentication is kubernetes)
            token           | ''                  | token is missing (expected: a value, as rowhouse.vault.authentication is token)
            login-mount     | /a                  | login-mount: /a (expected: such as approle)
            database-mount  | a b                 | database-mount: a b (expected: such as database)
            read-timeout    | 0s                  | read-timeout: PT0S (expected: more than 0)
            concurrency     | 0                   | concurrency: 0 (expected: 1 to 64)
            """)
    void aWrongSettingOfVaultIsRefusedByName(String name, String value, String expected) {
        var properties = new HashMap<>(
                Map.of("rowhouse.vault.address", "https://vault.example:8200", "rowhouse.vault.token", "CANARY-TOKEN"));
        properties.put("rowhouse.vault." + name, value);

        assertThatThrownBy(() -> bind("rowhouse.vault", VaultProperties.class, properties))
                .rootCause()
                .hasMessage("rowhouse.vault." + expected)
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void anUnknownSettingOfVaultIsRefusedByName() {
        new ApplicationContextRunner()
                .withUserConfiguration(VaultSettingsAlone.class)
                .withPropertyValues("rowhouse.vault.tokn=CANARY-TOKEN")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("rowhouse.vault.tokn"));
    }

    @EnableConfigurationProperties(VaultProperties.class)
    static class VaultSettingsAlone {}

    private static Plans plans(Map<String, String> properties) {
        return bind("rowhouse", PlanProperties.class, properties).plans(LaneSettings.defaults());
    }

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
    }
}
