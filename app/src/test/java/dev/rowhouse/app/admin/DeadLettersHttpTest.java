package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.DeadLetters;
import dev.rowhouse.platform.messaging.EventHandler;
import dev.rowhouse.platform.messaging.Subscription;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

class DeadLettersHttpTest {

    private static final String LETTERS = "/admin/v1/dead-letters";
    private static final AtomicInteger CONSUMERS = new AtomicInteger();

    private final RunningApp app = RunningApp.shared();
    private final WebTestClient operator = app.operator();
    private final String consumer = "consumer-" + CONSUMERS.incrementAndGet();
    private final List<String> handled = new CopyOnWriteArrayList<>();

    @Test
    void lettersAreListedByConsumerAndKeyAndShownWhole() {
        var first = letter("a", 1);
        letter("b", 2);
        letter("a", 3);

        list("consumer=" + consumer)
                .jsonPath("$.items.length()")
                .isEqualTo(3)
                .jsonPath("$.next")
                .isEmpty();
        list("consumer=" + consumer + "&key=a")
                .jsonPath("$.items[*].event_id")
                .isEqualTo(List.of("h-1", "h-3"))
                .jsonPath("$.items[0].value")
                .doesNotExist();
        list("consumer=" + consumer + "x").jsonPath("$.items").isEmpty();
        var next = RunningApp.json(
                        list("consumer=" + consumer + "&limit=2").returnResult().getResponseBody())
                .get("next")
                .stringValue();
        list("consumer=" + consumer + "&after=" + next)
                .jsonPath("$.items[*].event_id")
                .isEqualTo("h-3");
        operator.get()
                .uri(LETTERS + "/" + first)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.value")
                .isEqualTo("{\"n\": 1}")
                .jsonPath("$.headers.ce_type")
                .isEqualTo("dev.rowhouse.row.inserted")
                .jsonPath("$.reason")
                .isEqualTo("failed")
                .jsonPath("$.value_base64")
                .doesNotExist();
    }

    @Test
    void aReplayDeliversTheFirstAndThoseBehindIt() {
        var first = letter("a", 1);
        var second = letter("a", 2);
        post(first, "replay")
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("no_consumer");
        handle();

        post(second, "replay")
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("dead_letter_behind");
        post(first, "replay")
                .expectStatus()
                .isOk()
                .expectBody()
                .json("{\"delivered\": 2, \"left\": 0, \"error\": null}");
        assertThat(handled).containsExactly("h-1", "h-2");
        post(first, "replay").expectStatus().isNotFound();
    }

    @Test
    void aDiscardedLetterIsGoneAndNotHandled() {
        var first = letter("a", 1);
        letter("a", 2);
        handle();

        post(first, "discard")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.delivered")
                .isEqualTo(1);
        assertThat(handled).containsExactly("h-2");
        post(first, "discard").expectStatus().isNotFound();
    }

    @Test
    void whoMayOnlyReadChangesNothing() {
        var letter = letter("a", 1);
        handle();
        var reader = app.client()
                .mutate()
                .defaultHeader("Authorization", "Bearer " + RunningApp.READER)
                .build();

        reader.get().uri(LETTERS + "/" + letter).exchange().expectStatus().isOk();
        for (var action : List.of("replay", "discard")) {
            reader.post()
                    .uri(LETTERS + "/" + letter + "/" + action)
                    .exchange()
                    .expectStatus()
                    .isForbidden();
        }
        assertThat(handled).isEmpty();
        operator.get().uri(LETTERS + "/" + letter).exchange().expectStatus().isOk();
    }

    @ParameterizedTest
    @CsvSource({"GET, ''", "GET, /{id}", "POST, /{id}/replay", "POST, /{id}/discard"})
    void aTenantsKeyOpensNoLetter(HttpMethod method, String path) {
        var letter = letter("a", 1);
        handle();
        var tenant = app.tenant();

        for (var key : List.of(tenant.secret(), tenant.publishable(), "")) {
            app.client()
                    .method(method)
                    .uri(LETTERS + path.replace("{id}", Long.toString(letter)))
                    .header("Authorization", "Bearer " + key)
                    .header("apikey", key)
                    .exchange()
                    .expectStatus()
                    .isUnauthorized();
        }
        assertThat(handled).isEmpty();
        operator.get().uri(LETTERS + "/" + letter).exchange().expectStatus().isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=x", "after=x", "after=eA", "key=%00", "topic=rows", "key=a&key=b"})
    void aMalformedQueryIsRefused(String query) {
        operator.get()
                .uri(URI.create("http://127.0.0.1:" + app.port() + LETTERS + "?" + query))
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "99999999999999999999", "1%00"})
    void aLetterThatIsNotThereIsNotFound(String id) {
        operator.get()
                .uri(URI.create("http://127.0.0.1:" + app.port() + LETTERS + "/" + id))
                .exchange()
                .expectStatus()
                .isNotFound();
        operator.post()
                .uri(URI.create("http://127.0.0.1:" + app.port() + LETTERS + "/" + id + "/replay"))
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void aValueThatIsNoTextIsShownInBase64() {
        var letter = letter("a", 1, new byte[] {(byte) 0xff, 0});

        operator.get()
                .uri(LETTERS + "/" + letter)
                .exchange()
                .expectBody()
                .jsonPath("$.value_base64")
                .isEqualTo("/wA=")
                .jsonPath("$.value")
                .doesNotExist();
    }

    private void handle() {
        app.bean(DeadLetters.class)
                .register(new Subscription(
                        consumer,
                        "rows",
                        EventHandler.each(event ->
                                Mono.fromRunnable(() -> handled.add(event.id().toString())))));
    }

    private WebTestClient.ResponseSpec post(long letter, String action) {
        return operator.post().uri(LETTERS + "/" + letter + "/" + action).exchange();
    }

    private WebTestClient.BodyContentSpec list(String query) {
        return operator.get()
                .uri(LETTERS + "?" + query)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();
    }

    private long letter(String key, int number) {
        return letter(key, number, ("{\"n\": " + number + "}").getBytes(StandardCharsets.UTF_8));
    }

    private long letter(String key, int number, byte[] value) {
        return app.bean(Database.class)
                .client()
                .sql("""
                        INSERT INTO dead_letter (consumer, topic, partition, "offset", key, headers, value, reason, error, tries)
                        VALUES (:consumer, 'rows', 0, :number, :key, ARRAY['ce_specversion', '1.0', 'ce_id', 'h-' || :number,
                          'ce_source', '/t/acme', 'ce_type', 'dev.rowhouse.row.inserted', 'ce_time', '2026-11-26T20:00:00Z'],
                          :value, 'failed', 'poison', 5) RETURNING id""")
                .bind("consumer", consumer)
                .bind("number", number)
                .bind("key", key)
                .bind("value", value)
                .map(row -> row.get("id", Long.class))
                .one()
                .block(Duration.ofSeconds(10));
    }
}
