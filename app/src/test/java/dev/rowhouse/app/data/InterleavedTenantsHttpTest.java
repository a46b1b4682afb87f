package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.shard.Shards;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Two tenants with the same ids take turns over HTTP on lanes of one connection, in all shapes of request, and one client
 * in twenty closes its connection at a random moment. Every text says whose it is. The system property
 * {@code rowhouse.isolation.requests} sets how many requests there are.
 */
class InterleavedTenantsHttpTest {

    private static final int REQUESTS = Integer.getInteger("rowhouse.isolation.requests", 5_000);
    private static final int TOGETHER = 16;
    private static final int CANCELLED_OF_HUNDRED = 5;
    private static final int ROWS = 200;
    private static final int LABELS = 4;
    // Plain reads, plain writes, transactions, reads by key: one connection each.
    private static final int KINDS = 4;
    private static final Pattern CANARY = Pattern.compile("CANARY-([a-z0-9-]+)\\.");
    private static final MediaType JSON = MediaType.APPLICATION_JSON;
    private static final MediaType NDJSON = MediaType.parseMediaType("application/x-ndjson");

    /**
     * What is called and embedded runs the blueprint's own code, on the connections that the others use too. Labels are kept,
     * and answered again before anything is made of a request.
     */
    private static final String SURFACE = """
            CREATE FUNCTION twins(item) RETURNS SETOF item LANGUAGE sql STABLE
                BEGIN ATOMIC SELECT t.* FROM item t WHERE t.id = $1.id; END;
            CREATE FUNCTION found(wanted int) RETURNS SETOF item LANGUAGE sql STABLE
                BEGIN ATOMIC SELECT t.* FROM item t WHERE t.id = wanted; END;
            CREATE FUNCTION priced(wanted int) RETURNS SETOF item LANGUAGE sql VOLATILE
                BEGIN ATOMIC UPDATE item SET price = wanted WHERE id = wanted RETURNING *; END;
            CREATE TABLE label (id int PRIMARY KEY, name text NOT NULL);
            COMMENT ON TABLE label IS '@cache events';
            """;

    private final AtomicInteger own = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Queue<String> foreign = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger newIds = new AtomicInteger(1_000_000);

    @Test
    void noAnswerHoldsAnothersRowAndNoConnectionStays() {
        try (var server = PostgresServer.start();
                var app = RunningApp.over(
                        server.createDatabase("control"),
                        server.superuser(),
                        Map.of("rowhouse.lanes.connections", 1, "rowhouse.lanes.acquire-timeout", "30s"))) {
            app.register("one-lane", server.createDatabase("houses"), server.superuser(), 1);
            app.publishShop(SURFACE);
            var client = WebClient.create("http://127.0.0.1:" + app.port());
            var leaving = leavingClient(app.port());
            var tenants = List.of(app.tenant(), app.tenant());
            tenants.forEach(tenant -> fill(client, tenant));
            tenants.forEach(tenant -> send(client, HttpMethod.POST, tenant, "label", lines(tenant, 1, LABELS), NDJSON)
                    .retrieve()
                    .toBodilessEntity()
                    .block());

            Flux.range(0, REQUESTS)
                    .flatMap(n -> request(client, leaving, tenants, new SplittableRandom(n)), TOGETHER)
                    .blockLast(Duration.ofHours(6));

            System.out.printf(
                    "%d requests, %d cancelled, %d own canaries, %d foreign, %d failed%n",
                    REQUESTS, cancelled.get(), own.get(), foreign.size(), failed.size());
            assertThat(foreign).isEmpty();
            assertThat(failed).isEmpty();
            assertThat(own.get()).isGreaterThan(REQUESTS / 2);
            var early = app.bean(MeterRegistry.class).get("rowhouse.requests.answered.early");
            // Few: after each call of a function that writes nothing is answered from what is kept, for a moment.
            assertThat(early.counter().count()).isPositive();
            // A last request of each kind queues behind all clean-up.
            tenants.forEach(tenant -> fill(client, tenant));
            tenants.forEach(tenant -> Stream.of("item?id=eq.1", "item?order=id", "rpc/found?wanted=1")
                    .forEach(read -> get(client, tenant, tenant.secret(), read)
                            .retrieve()
                            .toBodilessEntity()
                            .block()));
            var counts = app.bean(Shards.class).connections(new ShardName("one-lane"));
            assertThat(counts.inUse()).isZero();
            assertThat(counts.pending()).isZero();
            assertThat(counts.open()).isLessThanOrEqualTo(KINDS);
            assertThat(
                            server.query(
                                    "houses",
                                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rowhouse-lane' AND state <> 'idle'"))
                    .isEmpty();
        }
    }

    // Who goes away shares no connection with who stays: a client's pool may close under the next request what a late
    // cancel was meant for.
    private static WebClient leavingClient(int port) {
        var http = HttpClient.create(ConnectionProvider.create("leaving", TOGETHER));
        return WebClient.builder()
                .baseUrl("http://127.0.0.1:" + port)
                .clientConnector(new ReactorClientHttpConnector(http))
                .build();
    }

    private Mono<Void> request(
            WebClient staying, WebClient leaving, List<TestTenant> tenants, SplittableRandom chance) {
        var tenant = tenants.get(chance.nextInt(tenants.size()));
        var leaves = chance.nextInt(100) < CANCELLED_OF_HUNDRED;
        var answer = call(leaves ? leaving : staying, tenant, chance)
                .retrieve()
                .bodyToMono(String.class)
                .doOnNext(body -> look(tenant, body))
                .doOnError(failure -> {
                    if (!leaves) {
                        failed.add(failure.toString());
                    }
                })
                .onErrorComplete()
                .then();
        return leaves
                ? answer.doOnCancel(cancelled::incrementAndGet)
                        .takeUntilOther(Mono.delay(Duration.ofNanos(chance.nextInt(6_000_000))))
                : answer;
    }

    private void look(TestTenant tenant, String body) {
        var canaries = CANARY.matcher(body);
        while (canaries.find()) {
            if (canaries.group(1).equals(tenant.slug())) {
                own.incrementAndGet();
            } else {
                foreign.add(tenant.slug() + " was told " + canaries.group());
            }
        }
    }

    private WebClient.RequestHeadersSpec<?> call(WebClient client, TestTenant tenant, SplittableRandom chance) {
        var id = 1 + chance.nextInt(ROWS);
        var key = chance.nextBoolean() ? tenant.secret() : tenant.publishable();
        return switch (chance.nextInt(20)) {
            case 0 -> send(client, HttpMethod.POST, tenant, "item", lines(tenant, newIds.getAndAdd(50), 50), NDJSON);
            case 1 ->
                send(client, HttpMethod.POST, tenant, "item", "[" + line(tenant, newIds.getAndIncrement()) + "]", JSON);
            case 2, 3 ->
                send(
                        client,
                        HttpMethod.PATCH,
                        tenant,
                        "item?id=eq." + id,
                        "{\"name\":\"" + canary(tenant) + "\"}",
                        JSON);
            case 4 -> get(client, tenant, tenant.secret(), "item?order=id&limit=100");
            case 5 -> get(client, tenant, tenant.secret(), "item_name?id=eq." + id);
            case 6 -> get(client, tenant, tenant.publishable(), "note?id=lt.50");
            case 7 -> get(client, tenant, tenant.secret(), "item?id=eq." + id + "&select=name,twins(name)");
            case 8 -> get(client, tenant, tenant.secret(), "rpc/found?select=name&wanted=" + id);
            case 9 -> get(client, tenant, tenant.secret(), "item/" + id);
            case 10 -> get(client, tenant, tenant.secret(), "item?limit=20&after=");
            case 11 -> send(client, HttpMethod.POST, tenant, "rpc/priced", "{\"wanted\":" + id + "}", JSON);
            case 12 -> together(client, tenant, id);
            case 13, 14 -> get(client, tenant, tenant.secret(), "label?id=eq." + (1 + id % LABELS));
            case 15 ->
                chance.nextInt(10) == 0
                        ? send(
                                client,
                                HttpMethod.PATCH,
                                tenant,
                                "label?id=eq." + (1 + id % LABELS),
                                "{\"name\":\"" + canary(tenant) + "\"}",
                                JSON)
                        : get(client, tenant, tenant.secret(), "label?order=id");
            default -> get(client, tenant, key, "item?id=eq." + id);
        };
    }

    private static WebClient.RequestHeadersSpec<?> together(WebClient client, TestTenant tenant, int id) {
        var change = "{\"method\":\"PATCH\",\"path\":\"/rest/v1/item?id=eq." + id + "\",\"body\":{\"price\":1}}";
        var read = "{\"method\":\"GET\",\"path\":\"/rest/v1/item?id=eq." + id + "\"}";
        return client.post()
                .uri("/t/" + tenant.slug() + "/tx/v1")
                .header("apikey", tenant.secret())
                .contentType(JSON)
                .bodyValue("{\"calls\":[" + change + "," + read + "]}");
    }

    private void fill(WebClient client, TestTenant tenant) {
        for (var relation : List.of("item", "note")) {
            send(client, HttpMethod.DELETE, tenant, relation + "?id=gt.0", "", JSON)
                    .retrieve()
                    .toBodilessEntity()
                    .block();
        }
        send(client, HttpMethod.POST, tenant, "item", lines(tenant, 1, ROWS), NDJSON)
                .retrieve()
                .toBodilessEntity()
                .block();
        var note = "[{\"id\":1,\"body\":\"" + canary(tenant) + "\"}]";
        send(client, HttpMethod.POST, tenant, "note", note, JSON)
                .retrieve()
                .toBodilessEntity()
                .block();
        get(client, tenant, tenant.secret(), "item?id=eq.1")
                .retrieve()
                .toBodilessEntity()
                .block();
    }

    private static WebClient.RequestHeadersSpec<?> get(WebClient client, TestTenant tenant, String key, String query) {
        return client.get().uri(tenant.path(query)).header("apikey", key);
    }

    private static WebClient.RequestHeadersSpec<?> send(
            WebClient client, HttpMethod method, TestTenant tenant, String query, String body, MediaType type) {
        var request = client.method(method)
                .uri(tenant.path(query))
                .header("apikey", tenant.secret())
                .header("Prefer", type.equals(NDJSON) ? "return=minimal" : "return=representation");
        return body.isEmpty() ? request : request.contentType(type).bodyValue(body);
    }

    private static String lines(TestTenant tenant, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(id -> line(tenant, id))
                .collect(Collectors.joining("\n"));
    }

    private static String line(TestTenant tenant, int id) {
        return "{\"id\":" + id + ",\"name\":\"" + canary(tenant) + "\"}";
    }

    private static String canary(TestTenant tenant) {
        return "CANARY-" + tenant.slug() + ".";
    }
}
