package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.admin.OperatorProperties;
import dev.rowhouse.tenancy.shard.LaneSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
    }
}
