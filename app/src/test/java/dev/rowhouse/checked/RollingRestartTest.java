package dev.rowhouse.checked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaServer;
import dev.rowhouse.local.PostgresServer;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.convert.DurationStyle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Two instances behind a balancer that learns late of what becomes of them are restarted one after the other, under load and
 * with hundreds of requests in flight. {@code -Drowhouse.balancer.lag=5s} makes it slower to learn.
 */
@Timeout(300)
class RollingRestartTest {

    private static final Duration LAG = DurationStyle.detectAndParse(System.getProperty("rowhouse.balancer.lag", "1s"));
    // A busy machine makes the balancer still later than it means to be.
    private static final Duration SPARE = Duration.ofSeconds(5);
    private static final Duration LEADERLESS = Duration.ofSeconds(15);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int IN_FLIGHT = 500;
    private static final int CLIENTS = 8;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final PostgresServer postgres = PostgresServer.start();
    private final List<LaggingBalancer.Instance> places = List.of(anyPlace(), anyPlace());
    private final List<RunningApp> instances = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> visits = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean over;
    private HttpClient http;
    private TestTenant tenant;

    @Test
    void noRequestFailsNoEventIsLostAndTheRelayGoesOn() throws Exception {
        var connections = ConnectionProvider.builder("clients")
                .maxConnections(IN_FLIGHT + CLIENTS)
                .pendingAcquireMaxCount(-1)
                .build();
        try (postgres;
                var balancer = new LaggingBalancer(places, LAG)) {
            places.forEach(place -> instances.add(instance(place)));
            var first = instances.getFirst();
            first.register("rolling", postgres.createDatabase("shard_rolling"), postgres.superuser(), 2);
            first.publishShop("CREATE TABLE visit (id text PRIMARY KEY, n int);");
            tenant = first.tenant();
            await().atMost(SOON).until(() -> instances.stream().allMatch(this::knowsTheTenant));
            // A request that is sent again by itself would hide one that failed.
            http = HttpClient.create(connections).disableRetry(true).baseUrl("http://127.0.0.1:" + balancer.port());
            await().atMost(SOON).until(() -> places.stream().allMatch(balancer::uses));
            var access = new ApiWriter.Access(tenant.slug(), tenant.secret());
            try (var stream = new StreamReader(access, () -> "http://127.0.0.1:" + balancer.port())) {
                stream.awaitBegin();
                var load = Flux.range(0, CLIENTS)
                        .flatMap(_ -> work(), CLIENTS)
                        .then()
                        .toFuture();
                restart(0, balancer);
                // Whoever led first, it is the other one now.
                var term = term();
                restart(1, balancer);
                await().atMost(LEADERLESS).until(() -> term() > term);
                over = true;
                load.get();
                await().atMost(SOON).until(() -> stream.count() >= visits.size());
                System.out.printf(
                        "rolling restart: %,d requests, %d failed, %d streams%n",
                        answers.get(), failures.size(), stream.streams());

                assertThat(failures).isEmpty();
                assertThat(answers.get()).isGreaterThan(2 * IN_FLIGHT);
                assertThat(stream.told())
                        .extracting(told -> told.row().key())
                        .containsExactlyInAnyOrderElementsOf(visits);
            }
        } finally {
            instances.forEach(RunningApp::close);
            connections.dispose();
        }
    }

    private void restart(int index, LaggingBalancer balancer) {
        var flight = Flux.range(0, IN_FLIGHT)
                .flatMap(_ -> request(HttpMethod.GET, "visit?limit=1", null), IN_FLIGHT)
                .then()
                .toFuture();
        instances.get(index).close();
        flight.join();
        instances.set(index, instance(places.get(index)));
        await().atMost(SOON).until(() -> balancer.uses(places.get(index)));
    }

    private boolean knowsTheTenant(RunningApp instance) {
        return instance.client()
                .get()
                .uri(tenant.path("visit?limit=1"))
                .header("apikey", tenant.secret())
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .is2xxSuccessful();
    }

    /** Returns which term of the relay it is: each leader begins one. */
    private long term() {
        return postgres.query("shard_rolling", "SELECT epoch FROM rowhouse.journal_reader").stream()
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private static LaggingBalancer.Instance anyPlace() {
        return new LaggingBalancer.Instance(FreePort.any(), FreePort.any());
    }

    private RunningApp instance(LaggingBalancer.Instance place) {
        var settings = new HashMap<String, Object>();
        settings.put("server.port", place.port());
        settings.put("management.server.port", place.managementPort());
        settings.put("rowhouse.drain.delay", LAG.plus(SPARE).toMillis() + "ms");
        // A machine that is slow to connect, or to serve so many at once, is not what is looked for.
        settings.put("rowhouse.lanes.connect-timeout", "20s");
        settings.put("rowhouse.lanes.acquire-timeout", "20s");
        settings.put("rowhouse.lanes.max-pending-acquires", 2 * IN_FLIGHT);
        settings.put("rowhouse.kafka.bootstrap-servers", KafkaServer.shared().bootstrapServer());
        settings.put("rowhouse.kafka.topic-prefix", "rolling.");
        var control = postgres.hasDatabase("control_rolling")
                ? postgres.endpoint("control_rolling")
                : postgres.createDatabase("control_rolling");
        return RunningApp.over(control, postgres.superuser(), settings);
    }

    private Mono<Void> work() {
        return Mono.defer(() -> {
                    var visit = "visit-" + number.incrementAndGet();
                    return request(HttpMethod.POST, "visit", "{\"id\": \"" + visit + "\", \"n\": 1}")
                            .doOnNext(status -> {
                                if (status == 201) {
                                    visits.add(visit);
                                }
                            })
                            .then(request(HttpMethod.GET, "visit?id=eq." + visit, null));
                })
                // Leaves the machine to those who have to come back.
                .delayElement(PAUSE)
                .repeat(() -> !over)
                .then();
    }

    private Mono<Integer> request(HttpMethod method, String path, String body) {
        return http.headers(headers -> headers.set("apikey", tenant.secret()).set("Content-Type", "application/json"))
                .request(method)
                .uri(tenant.path(path))
                .send(body == null ? Mono.empty() : ByteBufFlux.fromString(Mono.just(body)))
                .responseSingle((response, content) -> content.asString()
                        .defaultIfEmpty("")
                        .map(text -> {
                            int status = response.status().code();
                            if (status / 100 != 2) {
                                failures.add(method + " " + path + " " + status + " " + text);
                            }
                            return status;
                        }))
                .doOnNext(_ -> answers.incrementAndGet())
                .onErrorResume(failure -> Mono.fromRunnable(() -> failures.add(method + " " + path + " " + failure)));
    }
}
