package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.Ledger.Answer;
import dev.rowhouse.tenancy.shard.Shards;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;

/** A write with a key happens once; {@code -Drowhouse.trials} says how often that is tried with several at a time. */
class IdempotencyTest {

    private static final int TRIALS = Integer.getInteger("rowhouse.trials", 20);
    private static final int TOGETHER = 4;
    private static final String KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";

    private final Ledger ledger = new Ledger();

    @Test
    void aRepeatedRequestGetsTheFirstAnswerAndWritesOnce() {
        var first = insert("k", "{\"body\": \"a\"}", "Prefer", "return=representation");
        var second = insert("k", "{\"body\": \"a\"}", "Prefer", "return=representation");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header(REPLAYED)).isNull();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header(REPLAYED)).isEqualTo("true");
        assertThat(second.body()).isEqualTo(first.body()).contains("\"body\":\"a\"");
        assertThat(second.header("Content-Range")).isEqualTo(first.header("Content-Range"));
        assertThat(second.header("Preference-Applied")).isEqualTo("return=representation");
        assertThat(second.header("X-Request-Id")).isNotEqualTo(first.header("X-Request-Id"));
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void everyUnsafeMethodHasIt() {
        ledger.execute("INSERT INTO $.entry (id, amount) VALUES (1, 10), (2, 10)");

        for (int i = 0; i < 2; i++) {
            assertThat(ledger.send(HttpMethod.PATCH, "entry?id=eq.1", "{\"amount\": 11}", KEY, "p")
                            .status())
                    .isEqualTo(204);
            assertThat(ledger.send(HttpMethod.DELETE, "entry?id=eq.2", "", KEY, "d", "Prefer", "return=representation")
                            .body())
                    .contains("\"id\":2");
            assertThat(ledger.send(HttpMethod.PATCH, "entry/1", "{\"body\": \"x\"}", KEY, "r")
                            .status())
                    .isEqualTo(204);
        }
        assertThat(ledger.query("SELECT id || ' ' || amount || ' ' || body FROM $.entry"))
                .containsExactly("1 11 x");
    }

    @Test
    void aReadTakesNoNoticeOfIt() {
        for (int i = 0; i < 2; i++) {
            assertThat(ledger.get("entry", KEY, "g").header(REPLAYED)).isNull();
        }
    }

    @Test
    void theKeyOfAnotherRequestIsRefused() {
        insert("k", "{\"body\": \"a\"}");

        assertThat(insert("k", "{\"body\": \"b\"}").status()).isEqualTo(422);
        assertThat(ledger.send(HttpMethod.POST, "entry?columns=body", "{\"body\": \"a\"}", KEY, "k")
                        .status())
                .isEqualTo(422);
        assertThat(ledger.send(HttpMethod.POST, "place", "{\"body\": \"a\"}", KEY, "k")
                        .status())
                .isEqualTo(422);
        assertThat(ledger.send(HttpMethod.DELETE, "entry", "", KEY, "k").status())
                .isEqualTo(422);
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void aTrialIsNotTakenForTheWriteItself() {
        var trial = insert("k", "{\"body\": \"a\"}", "Prefer", "tx=rollback");
        var write = insert("k", "{\"body\": \"a\"}", "Prefer", "tx=commit");

        assertThat(trial.status()).isEqualTo(201);
        assertThat(write.status()).isEqualTo(422);
        assertThat(entries()).isZero();
        assertThat(insert("other", "{\"body\": \"a\"}", "Prefer", "tx=commit").status())
                .isEqualTo(201);
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void whatWasRefusedIsTriedAgain() {
        ledger.execute("INSERT INTO $.entry (id) VALUES (7)");

        assertThat(insert("k", "{\"id\": 7}").status()).isEqualTo(409);
        ledger.execute("DELETE FROM $.entry");
        assertThat(insert("k", "{\"id\": 7}").status()).isEqualTo(201);
        assertThat(insert("k", "{\"id\": 7}").header(REPLAYED)).isEqualTo("true");
    }

    @Test
    void aKeyBelongsToItsTenantAndCaller() {
        var other = new Ledger();
        insert("k", "{\"body\": \"a\"}");

        var foreign = other.send(HttpMethod.POST, "entry", "{\"body\": \"b\"}", KEY, "k");
        var anon = ledger.send(ledger.anon, HttpMethod.POST, "entry", "{\"body\": \"c\"}", KEY, "k");

        assertThat(List.of(foreign.status(), anon.status())).containsExactly(201, 201);
        assertThat(foreign.header(REPLAYED)).isNull();
        assertThat(anon.header(REPLAYED)).isNull();
        assertThat(ledger.query("SELECT body FROM $.entry ORDER BY body")).containsExactly("a", "c");
        assertThat(other.query("SELECT body FROM $.entry")).containsExactly("b");
        assertThat(insert("k", "{\"body\": \"a\"}").header(REPLAYED)).isEqualTo("true");
    }

    @Test
    void manyAtATimeWriteOnce() {
        try (var threads = Executors.newFixedThreadPool(TOGETHER)) {
            for (int trial = 0; trial < TRIALS; trial++) {
                var key = "trial-" + trial;
                var body = "{\"body\": \"" + key + "\"}";
                var answers = IntStream.range(0, TOGETHER)
                        .mapToObj(_ -> CompletableFuture.supplyAsync(() -> insert(key, body), threads))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .toList();
                assertThat(answers.stream().map(Answer::status))
                        .containsAnyOf(201)
                        .isSubsetOf(201, 409);
                assertThat(answers.stream().filter(answer -> answer.status() == 201 && answer.header(REPLAYED) == null))
                        .hasSize(1);
                assertThat(insert(key, body).header(REPLAYED)).isEqualTo("true");
            }
        }
        assertThat(ledger.query("SELECT count(*) || ' ' || count(DISTINCT body) FROM $.entry"))
                .containsExactly(TRIALS + " " + TRIALS);
    }

    @Test
    void whoComesWhileTheFirstIsRunningComesTooEarly() throws SQLException {
        try (var locking = ledger.session()) {
            locking.setAutoCommit(false);
            try (var statement = locking.createStatement()) {
                statement.execute("LOCK TABLE " + ledger.schema() + ".entry");
            }
            var first = CompletableFuture.supplyAsync(() -> insert("k", "{\"body\": \"a\"}"));
            ledger.awaitWaiting();

            var second = insert("k", "{\"body\": \"a\"}");

            assertThat(second.status()).isEqualTo(409);
            assertThat(second.header("Retry-After")).isEqualTo("1");
            assertThat(second.body()).contains("idempotency_running");
            locking.rollback();
            assertThat(first.join().status()).isEqualTo(201);
        }
        assertThat(insert("k", "{\"body\": \"a\"}").header(REPLAYED)).isEqualTo("true");
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void anAnswerIsForgottenAfterADay() {
        insert("k", "{\"body\": \"a\"}");
        insert("other", "{\"body\": \"b\"}");
        ledger.execute("UPDATE rowhouse.kept_answer SET kept_at = now() - interval '23 hours' WHERE asking ~ '^$'");
        assertThat(insert("k", "{\"body\": \"a\"}").header(REPLAYED)).isEqualTo("true");

        ledger.execute("UPDATE rowhouse.kept_answer SET kept_at = now() - interval '25 hours' WHERE asking ~ '^$'");
        assertThat(insert("k", "{\"body\": \"new\"}").header(REPLAYED)).isNull();
        Objects.requireNonNull(ledger.app.bean(Shards.class)).sweepAnswers().block(Duration.ofSeconds(10));

        assertThat(ledger.query("SELECT key FROM rowhouse.kept_answer WHERE asking ~ '^$'"))
                .containsExactly("k");
        assertThat(entries()).isEqualTo(3);
    }

    @Test
    void aStreamIsImportedOnceAndAnotherIsRefused() {
        var first = stream("{\"body\": \"a\"}\n{\"body\": \"b\"}\n");
        var second = stream("{\"body\": \"a\"}\n{\"body\": \"b\"}\n");
        var other = stream("{\"body\": \"a\"}\n{\"body\": \"c\"}\n");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header(REPLAYED)).isNull();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header(REPLAYED)).isEqualTo("true");
        assertThat(second.header("Content-Range")).isEqualTo("*/2");
        assertThat(other.status()).isEqualTo(422);
        assertThat(entries()).isEqualTo(2);
    }

    @Test
    void anAnswerTooLargeToBeKeptIsSaidToBe() {
        var body = "{\"body\": \"" + "x".repeat(1024 * 1024) + "\"}";

        var first = insert("k", body, "Prefer", "return=representation");
        var second = insert("k", body, "Prefer", "return=representation");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.body()).hasSizeGreaterThan(1024 * 1024);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body()).contains("answer_not_kept");
        assertThat(entries()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "schlüssel", "tab\there"})
    void aKeyIsPrintable(String key) {
        assertThat(insert(key, "{\"body\": \"a\"}").status()).isEqualTo(400);
        assertThat(entries()).isZero();
    }

    @Test
    void aKeyIsNoLongerThanStated() {
        assertThat(insert("k".repeat(255), "{\"body\": \"a\"}").status()).isEqualTo(201);
        assertThat(insert("k".repeat(256), "{\"body\": \"a\"}").status()).isEqualTo(400);
        assertThat(ledger.send(HttpMethod.POST, "entry", "{}", KEY, "a", KEY, "b")
                        .status())
                .isEqualTo(400);
    }

    private Answer insert(String key, String body, String... headers) {
        var all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = KEY;
        all[1] = key;
        return ledger.send(HttpMethod.POST, "entry", body, all);
    }

    private Answer stream(String lines) {
        return new Answer(ledger.secret
                .post()
                .uri(ledger.tenant.path("entry"))
                .header(KEY, "stream")
                .contentType(Ledger.NDJSON)
                .bodyValue(lines)
                .exchange()
                .expectBody(String.class)
                .returnResult());
    }

    private long entries() {
        return Long.parseLong(ledger.query("SELECT count(*) FROM $.entry").getFirst());
    }
}
