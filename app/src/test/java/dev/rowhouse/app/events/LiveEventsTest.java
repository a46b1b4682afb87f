package dev.rowhouse.app.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Rows written through the API are heard of through the API, over the shard's real journal. */
@Timeout(60)
class LiveEventsTest {

    private static final RunningApp APP = RunningApp.shared();
    private static final int ROWS = 200;

    private final TestTenant tenant = APP.tenant();
    private final TestTenant neighbour = APP.tenant();

    @Test
    void aWriteIsHeardOfAsItWas() {
        try (var stream = listener("?relation=item&price=lt.10", "")) {
            write(
                    tenant,
                    HttpMethod.POST,
                    "item",
                    "[{\"id\":1,\"name\":\"Axe\",\"price\":9.50},{\"id\":2,\"name\":\"Bow\",\"price\":20}]");
            write(neighbour, HttpMethod.POST, "item", "{\"id\":1,\"name\":\"Neighbour's\",\"price\":1}");
            write(tenant, HttpMethod.PATCH, "item?id=eq.1", "{\"price\":9.00}");
            write(tenant, HttpMethod.PATCH, "item?id=eq.1", "{\"id\":3}");
            write(tenant, HttpMethod.DELETE, "item?id=eq.3", "");

            var heard = stream.next(5);
            assertThat(heard)
                    .extracting(event -> event.name() + " " + event.row("key").get("id"))
                    .containsExactly("insert 1", "update 1", "delete 1", "insert 3", "delete 3");
            assertThat(heard.get(1).row("before"))
                    .hasToString("{\"id\":1,\"name\":\"Axe\",\"price\":9.5}")
                    .isEqualTo(heard.get(0).row("after"));
            assertThat(heard.get(1).json().get("data").toString()).doesNotContain("Neighbour");
        }
    }

    @Test
    void nothingIsLostOrRepeatedWhileManyWriteAndTheClientComesAndGoes() {
        String begin;
        try (var stream = listener("", "")) {
            begin = stream.lastId();
        }
        var writing = Flux.range(1, ROWS)
                .flatMap(
                        row -> Mono.fromRunnable(() -> {
                                    write(tenant, HttpMethod.POST, "item", "{\"id\":" + row + ",\"name\":\"x\"}");
                                    write(neighbour, HttpMethod.POST, "item", "{\"id\":" + row + ",\"name\":\"y\"}");
                                })
                                .subscribeOn(Schedulers.boundedElastic()),
                        4)
                .then()
                .toFuture();

        List<Integer> heard = new ArrayList<>();
        var last = begin;
        while (heard.size() < ROWS) {
            try (var stream = listener("?relation=item", last)) {
                for (int n = 0; n < 37 && heard.size() < ROWS; n++) {
                    heard.add(stream.next().row("key").get("id").intValue());
                }
                last = stream.lastId();
            }
        }
        writing.join();
        assertThat(heard)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, ROWS).boxed().toList());
        try (var again = listener("?relation=item", begin)) {
            var replayed = again.next(ROWS).stream()
                    .map(event -> event.row("key").get("id").intValue())
                    .toList();
            assertThat(replayed).isEqualTo(heard);
        }
    }

    private Listener listener(String query, String lastEventId) {
        return new Listener(
                "http://127.0.0.1:" + APP.port() + "/t/" + tenant.slug() + "/events/v1" + query,
                "apikey",
                tenant.secret(),
                "Last-Event-ID",
                lastEventId);
    }

    private static void write(TestTenant tenant, HttpMethod method, String path, String body) {
        var request = APP.client()
                .method(method)
                .uri(tenant.path(path))
                .header("apikey", tenant.secret())
                .contentType(MediaType.APPLICATION_JSON);
        (body.isEmpty() ? request : request.bodyValue(body))
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
    }
}
