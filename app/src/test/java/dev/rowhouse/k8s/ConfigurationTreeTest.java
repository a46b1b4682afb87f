package dev.rowhouse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Spring reads the files as Kubernetes lays them out, and they win over what the application brings along. */
class ConfigurationTreeTest {

    @Test
    void everyFileIsAProperty(@TempDir Path volume) throws IOException {
        var settings = Settings.of(Rendering.operators());
        var environment = started(volume, settings.files());

        assertThat(settings.files())
                .isNotEmpty()
                .allSatisfy((property, value) -> assertThat(environment.getProperty(property))
                        .as(property)
                        .isEqualTo(value));
        assertThat(environment.getProperty("rowhouse.kafka.client.sasl.jaas.config"))
                .isNotNull();
    }

    @Test
    void theFilesWinOverTheApplicationsOwnSettings(@TempDir Path volume) throws IOException {
        var own = started(volume, Map.of());
        assertThat(own.getProperty("management.endpoints.web.exposure.include")).isNotEqualTo("info");

        var set = started(volume, Map.of("management.endpoints.web.exposure.include", "info"));
        assertThat(set.getProperty("management.endpoints.web.exposure.include")).isEqualTo("info");
    }

    // The kubelet keeps the files of a volume in a folder of their own, which it exchanges as a whole.
    private static ConfigurableEnvironment started(Path volume, Map<String, String> files) throws IOException {
        var version = Files.createDirectories(volume.resolve("..2026_01_01"));
        Files.deleteIfExists(volume.resolve("..data"));
        Files.createSymbolicLink(volume.resolve("..data"), version.getFileName());
        for (var file : files.entrySet()) {
            Files.writeString(version.resolve(file.getKey()), file.getValue());
            Files.createSymbolicLink(volume.resolve(file.getKey()), Path.of("..data", file.getKey()));
        }
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "variables", Map.of("spring.config.import", "configtree:" + volume + "/")));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        return environment;
    }
}
