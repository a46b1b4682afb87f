package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operators' tools keep their connections, and ask again as soon as they are answered. */
@Timeout(120)
class ManagementPortTest {

    private static final int CLIENTS = 6;
    private static final int ROUNDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> PATHS =
            List.of("/actuator", "/actuator/health", "/actuator/env", "/actuator/configprops");

    private final String port = Objects.requireNonNull(
            RunningApp.shared().context().getEnvironment().getProperty("local.management.port"));

    @Test
    void eachRequestIsAnsweredOnAConnectionThatIsKept() throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Integer>>();
            for (var client = 0; client < CLIENTS; client++) {
                all.add(clients.submit((Callable<Integer>) this::ask));
            }
            for (var answers : all) {
                assertThat(answers.get()).isEqualTo(ROUNDS * PATHS.size());
            }
        }
    }

    @Test
    void onePortMayBeForBoth() {
        var postgres = PostgresServer.shared();
        var both = FreePort.any();
        try (var app = RunningApp.over(
                postgres.createDatabase("control_one_port"),
                postgres.superuser(),
                Map.of("server.port", both, "management.server.port", both))) {
            app.client().get().uri("/actuator/health").exchange().expectStatus().isOk();
            app.operator()
                    .get()
                    .uri("/admin/v1/shards")
                    .exchange()
                    .expectStatus()
                    .isOk();
        }
    }

    private int ask() throws Exception {
        var answers = 0;
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (var round = 0; round < ROUNDS; round++) {
                for (var path : PATHS) {
                    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(PATIENCE)
                            .build();
                    http.send(request, BodyHandlers.discarding());
                    answers++;
                }
            }
        }
        return answers;
    }
}
