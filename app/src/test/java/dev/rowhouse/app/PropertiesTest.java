package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.admin.OperatorProperties;
import dev.rowhouse.app.data.Plans;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.tenancy.shard.LaneSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

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

        assertThat(plans.standard()).isEqualTo(Limits.STANDARD);
        assertThat(plans.byName()).isEqualTo(Map.of("free", Limits.STANDARD));
    }

    @Test
    void aPlanHasWhatItSets() {
        assertThat(plans(Map.of(
                                "rowhouse.plans.free-tier.max-rows", "50",
                                "rowhouse.plans.free-tier.statement-timeout", "2s",
                                "rowhouse.plans.free-tier.cost-ceiling", "1e5",
                                "rowhouse.plans.free-tier.embed-depth", "0"))
                        .byName())
                .isEqualTo(Map.of("free-tier", new Limits(50, Duration.ofSeconds(2), 100_000d, 0)));
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
            """)
    void aPlansSettingOutOfItsBoundsIsRefusedByName(String name, String value, String text) {
        assertThatThrownBy(() -> plans(Map.of("rowhouse.plans.free." + name, value)))
                .hasMessage("rowhouse.plans.free." + text);
    }

    private static Plans plans(Map<String, String> properties) {
        return bind("rowhouse", PlanProperties.class, properties).plans(LaneSettings.defaults());
    }

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
    }
}
