package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Configuration that lies in Vault; its stand-in, as everywhere in the tests. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class ConfiguredByVaultTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String INSTALLATION = "CANARY of an installation, longer than 32 characters";

    private final PostgresServer server = PostgresServer.shared();
    private final VaultStandIn vault = VaultStandIn.start();
    private final VaultOperator operator = new VaultOperator(vault.address(), vault.rootToken());

    @BeforeEach
    void keepConfiguration() {
        operator.mount("sys/mounts/secret", "kv", Map.of("version", "2"));
        write("rowhouse", INSTALLATION);
    }

    @AfterEach
    void stop() {
        operator.close();
        vault.close();
    }

    /** As in a cluster, where a tree of files says where Vault is. */
    @Test
    void theStartWaitsForAVaultThatIsSealedAndTellsOfNewVersionsLater(CapturedOutput output, @TempDir Path tree)
            throws Exception {
        Files.writeString(tree.resolve("spring.config.import"), "vault:secret/rowhouse");
        Files.writeString(
                tree.resolve("rowhouse.vault.address"), vault.address().toString());
        Files.writeString(tree.resolve("rowhouse.vault.token"), vault.rootToken());
        Files.writeString(tree.resolve("rowhouse.vault.look"), "200ms");
        vault.seal();
        try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            var starting = starts.submit(() -> start(Map.of("spring.config.import", "configtree:" + tree + "/")));
            await().atMost(PATIENCE)
                    .until(() -> output.getErr().contains("waits for its configuration at vault:secret/rowhouse"));
            assertThat(output.getErr()).contains("Vault is sealed");
            assertThat(starting.isDone()).isFalse();

            vault.unseal();
            try (var context = starting.get()) {
                assertThat(context.getEnvironment().getProperty("rowhouse.secret"))
                        .isEqualTo(INSTALLATION);
                var behind = context.getBean(MeterRegistry.class)
                        .get("rowhouse.secrets.versions.behind")
                        .gauge();
                assertThat(behind.value()).isZero();

                write("rowhouse", "CANARY of the next version, longer than 32 characters");

                await().atMost(PATIENCE).until(behind::value, Double.valueOf(1)::equals);
                assertThat(output.getAll()).contains("has version 2; this process was configured from version 1");
            }
        }
        assertThat(output.getAll()).doesNotContain("CANARY").doesNotContain(vault.rootToken());
    }

    @Test
    void aPermissionThatIsMissingEndsTheStartAndIsNamed() {
        operator.write(
                "sys/policies/acl/poor", Map.of("policy", "path \"database/creds/*\" { capabilities = [\"read\"] }"));
        var token = operator.write("auth/token/create", Map.of("policies", List.of("poor")))
                .get("auth")
                .asObject()
                .getString("client_token");

        assertThatThrownBy(() -> start("vault:secret/rowhouse", token))
                .hasMessageContaining("secret/data/rowhouse")
                .hasMessageContaining("path \"secret/data/rowhouse\" { capabilities = [\"read\"] }");
    }

    @Test
    void aSecretThatIsMissingEndsTheStartAndIsNamed() {
        assertThatThrownBy(() -> start("vault:secret/nothing", vault.rootToken()))
                .hasMessageContaining("Vault has nothing at secret/data/nothing");
    }

    @Test
    void aPlaceThatIsNoneIsRefusedWithWhatWouldBeOne() {
        assertThatThrownBy(() -> start("vault:secret", vault.rootToken()))
                .hasMessageContaining("spring.config.import: vault:secret (expected:")
                .hasMessageContaining("vault:secret/rowhouse");
    }

    private void write(String path, String installation) {
        operator.write(
                "secret/data/" + path,
                Map.of(
                        "data",
                        Map.of(
                                "rowhouse.secret",
                                installation,
                                "rowhouse.control.password",
                                server.superuser().password())));
    }

    private ConfigurableApplicationContext start(String location, String token) {
        return start(Map.of(
                "spring.config.import", location,
                "rowhouse.vault.address", vault.address(),
                "rowhouse.vault.token", token));
    }

    private ConfigurableApplicationContext start(Map<String, Object> more) {
        var control = server.createDatabase("vaulted_" + System.nanoTime());
        var settings = new HashMap<>(RunningApp.settings(control, server.superuser()));
        settings.keySet().removeAll(List.of("rowhouse.secret", "rowhouse.control.password"));
        settings.putAll(more);
        var arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        return new SpringApplicationBuilder(RowhouseApplication.class).run(arguments);
    }
}
