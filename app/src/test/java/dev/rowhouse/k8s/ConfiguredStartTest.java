package dev.rowhouse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RowhouseApplication;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

/** The application starts with what the local overlay gives it, and answers the probes where they ask. */
class ConfiguredStartTest {

    private static final List<String> PROBES = List.of("startupProbe", "livenessProbe", "readinessProbe");

    @Test
    void startsAndAnswersItsProbes(@TempDir Path folder, @TempDir Path plans) throws Exception {
        var rendering = Rendering.local();
        int http = FreePort.any();
        int management = FreePort.any();
        write(folder, settings(rendering, management, plans));
        var variables = Settings.of(rendering).variables();
        var application = new SpringApplication(RowhouseApplication.class);
        application.setRegisterShutdownHook(false);

        try (var _ = application.run(
                "--server.port=" + http,
                "--spring.config.import=configtree:" + folder + "/",
                "--rowhouse.operator.token-hashes[0].sha256="
                        + variables.get("ROWHOUSE_OPERATOR_TOKENHASHES_0_SHA256"))) {
            for (var probe : PROBES) {
                var path = rendering
                        .rowhouseContainer()
                        .at("/" + probe + "/httpGet/path")
                        .asString();
                assertThat(status(management, path)).as(probe).isEqualTo(200);
                assertThat(status(http, path)).as(probe + " from outside").isEqualTo(404);
            }
        }
    }

    // As rendered, but for where the servers of this test are; Kafka and Redis may be absent.
    private static Map<String, String> settings(Rendering rendering, int management, Path plans) {
        var server = PostgresServer.shared();
        var control = server.createDatabase("deployed_" + Long.toHexString(System.nanoTime()));
        var files = new HashMap<>(Settings.of(rendering).files());
        files.put("rowhouse.control.host", control.host());
        files.put("rowhouse.control.port", Integer.toString(control.port()));
        files.put("rowhouse.control.database", control.database());
        files.put("rowhouse.control.user", server.superuser().user());
        files.put("rowhouse.control.password", server.superuser().password());
        files.put("management.server.port", Integer.toString(management));
        rendering
                .of("ConfigMap")
                .filter(map -> map.name().equals("rowhouse-plans"))
                .forEach(map -> write(plans, Manifest.strings(map.at("/data"))));
        files.put("rowhouse.plans-file", plans.resolve("plans.yaml").toString());
        files.put("rowhouse.drain.delay", "0s"); // nobody balances here
        files.remove("rowhouse.shards-file");
        files.remove("rowhouse.kafka.bootstrap-servers");
        files.remove("rowhouse.redis.uri");
        return files;
    }

    private static void write(Path folder, Map<String, String> files) {
        files.forEach((name, content) -> {
            try {
                Files.writeString(folder.resolve(name), content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static int status(int port, String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }
}
