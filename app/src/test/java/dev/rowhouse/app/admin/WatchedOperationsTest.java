package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.tenancy.operation.Operations;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many wait for their tenants while many others watch and go away in the middle. */
@Timeout(180)
class WatchedOperationsTest {

    private static final int ORDERS = Integer.getInteger("rowhouse.watched.orders", 60);
    private static final int TOGETHER = 12;
    private static final int WATCHERS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final RunningApp app = RunningApp.shared();
    private final Operations operations = app.bean(Operations.class);
    private final WebClient client = WebClient.builder()
            .baseUrl("http://127.0.0.1:" + app.port())
            .defaultHeader("Authorization", "Bearer " + RunningApp.OPERATOR)
            .build();

    @Test
    void everyOrderIsAnsweredHoweverManyWatchersLeave() {
        var statuses = Flux.range(0, ORDERS)
                .flatMap(n -> order("watched-" + n + "-" + System.nanoTime()), TOGETHER)
                .collectList()
                .block(Duration.ofMinutes(3));

        // 202 is the answer to a client whose patience ended first, as it may on a busy machine.
        assertThat(statuses).hasSize(ORDERS).isSubsetOf(201, 202).contains(201);
    }

    private Mono<Integer> order(String slug) {
        var answered = client.post()
                .uri("/admin/v1/tenants")
                .header("Prefer", "wait=20")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("slug", slug, "blueprint", "shop"))
                .exchangeToMono(response ->
                        response.releaseBody().thenReturn(response.statusCode().value()))
                .timeout(PATIENCE, Mono.just(0));
        return Mono.zip(answered, watched(slug).thenReturn(true), (status, _) -> status);
    }

    private Mono<Void> watched(String slug) {
        return Flux.range(0, WATCHERS)
                .flatMap(n -> watchedForAWhile(slug, new SplittableRandom(slug.hashCode() + n)))
                .then();
    }

    private Mono<Void> watchedForAWhile(String slug, SplittableRandom chance) {
        return client.get()
                .uri("/admin/v1/operations?tenant=" + slug)
                .retrieve()
                .bodyToMono(byte[].class)
                .map(RunningApp::json)
                .filter(page -> !page.get("items").isEmpty())
                .repeatWhenEmpty(200, empty -> empty.delayElements(Duration.ofMillis(5)))
                .map(page -> UUID.fromString(page.get("items").get(0).get("id").stringValue()))
                .flatMap(id -> chance.nextBoolean() ? byEvents(id, chance) : inside(id, chance))
                .onErrorComplete();
    }

    private Mono<Void> byEvents(UUID id, SplittableRandom chance) {
        return client.get()
                .uri("/admin/v1/operations/" + id)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .retrieve()
                .bodyToFlux(String.class)
                .take(Duration.ofMillis(chance.nextInt(40)))
                .then();
    }

    private Mono<Void> inside(UUID id, SplittableRandom chance) {
        return operations
                .changes(id)
                .take(Duration.ofNanos(chance.nextInt(20_000_000)))
                .then();
    }
}
