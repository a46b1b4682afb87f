package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.Ledger.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;

/** One row by its address, and writes that depend on its state; {@code -Drowhouse.trials} says how often they race. */
class RowByKeyTest {

    private static final int TRIALS = Integer.getInteger("rowhouse.trials", 20);
    private static final int TOGETHER = 2;
    private static final String MATCH = "If-Match";
    private static final String NONE_MATCH = "If-None-Match";

    private final Ledger ledger = new Ledger();

    @BeforeEach
    void fill() {
        ledger.execute("""
                INSERT INTO $.entry (id, body, amount) VALUES (1, 'one', 10), (2, 'two', 20);
                INSERT INTO $.place VALUES ('nl', 'den haag', 5), ('a,b', 'c/d "e" %', 6), ('é', '', 7);
                INSERT INTO $.sheet VALUES ('select', 'x');
                """);
    }

    @Test
    void aRowIsAnObjectWithATag() {
        var row = ledger.get("entry/1");

        assertThat(row.status()).isEqualTo(200);
        assertThat(row.body()).startsWith("{\"id\":1,\"body\":\"one\"").endsWith("}");
        assertThat(row.header("Content-Type")).isEqualTo("application/json");
        assertThat(row.header("ETag")).matches("\"[0-9a-f]{32}\"");
        assertThat(row.header("Content-Range")).isNull();
        assertThat(ledger.get("entry/1").header("ETag")).isEqualTo(row.header("ETag"));
        assertThat(ledger.get("entry/2").header("ETag")).isNotEqualTo(row.header("ETag"));
        assertThat(ledger.get("entry/1?select=id,n:body").body()).isEqualTo("{\"id\":1,\"n\":\"one\"}");
    }

    @Test
    void headSaysWhatGetWould() {
        var head = ledger.send(HttpMethod.HEAD, "entry/1", "");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("ETag")).isEqualTo(ledger.get("entry/1").header("ETag"));
    }

    @Test
    void aKeyOfSeveralColumnsAndOfAnyCharacters() {
        assertThat(ledger.get("place/nl,den%20haag").body()).contains("\"people\":5");
        assertThat(ledger.get("place/a%2Cb,c%2Fd%20%22e%22%20%25").body()).contains("\"people\":6");
        assertThat(ledger.get("place/%C3%A9,").body()).contains("\"people\":7");
        assertThat(ledger.get("sheet/select").body()).isEqualTo("{\"limit\":\"select\",\"body\":\"x\"}");
        assertThat(ledger.get("place/nl").status()).isEqualTo(400);
        assertThat(ledger.get("entry/1,2").status()).isEqualTo(400);
        assertThat(ledger.get("entry/one").status()).isEqualTo(400);
    }

    @Test
    void whatHasNoKeyHasNoRowsByAddress() {
        var keyless = ledger.get("scribble/1");

        assertThat(keyless.status()).isEqualTo(404);
        assertThat(keyless.body()).contains("it has no primary key");
        assertThat(ledger.get("nothing/1").body()).contains("PGRST205");
        assertThat(ledger.get("entry_body/1").body()).isEqualTo("{\"id\":1,\"body\":\"one\"}");
        assertThat(ledger.get("entry_twice/1").body()).contains("shows it several times");
    }

    @Test
    void noRowIsTheSameWhicheverKeyItHas() {
        var other = new Ledger();
        other.execute("INSERT INTO $.entry (id, body) VALUES (55, 'hers')");
        assertThat(other.get("entry/55").status()).isEqualTo(200);

        for (var method : new HttpMethod[] {HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE}) {
            var body = method == HttpMethod.PATCH ? "{\"body\": \"x\"}" : "";
            var foreign = ledger.send(method, "entry/55", body);
            var random = ledger.send(method, "entry/871236", body);
            assertThat(foreign.status()).isEqualTo(404);
            assertThat(untraced(foreign)).isEqualTo(untraced(random));
            var conditional = ledger.send(
                    method, "entry/55", body, MATCH, other.get("entry/55").header("ETag"));
            assertThat(untraced(conditional)).isEqualTo(untraced(random));
        }
        assertThat(ledger.send(HttpMethod.GET, "entry/55", "", "apikey", other.tenant.secret())
                        .status())
                .isEqualTo(404);
        assertThat(other.query("SELECT body FROM $.entry")).containsExactly("hers");
    }

    @Test
    void aKnownStateIsNotSentAgain() {
        var tag = ledger.get("entry/1").header("ETag");

        var same = ledger.get("entry/1", NONE_MATCH, "\"other\", W/" + tag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("ETag")).isEqualTo(tag);
        assertThat(ledger.get("entry/1", NONE_MATCH, "*").status()).isEqualTo(304);
        ledger.execute("UPDATE $.entry SET amount = 11 WHERE id = 1");
        assertThat(ledger.get("entry/1", NONE_MATCH, tag).status()).isEqualTo(200);
        assertThat(ledger.get("entry/1", MATCH, tag).status()).isEqualTo(412);
        assertThat(ledger.get("entry/1", MATCH, "nonsense").status()).isEqualTo(400);
    }

    @Test
    void aWriteDependsOnTheState() {
        var tag = ledger.get("entry/1").header("ETag");

        var changed = ledger.send(
                HttpMethod.PATCH, "entry/1", "{\"amount\": 11}", MATCH, tag, "Prefer", "return=representation");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body()).isEqualTo(ledger.get("entry/1").body());
        assertThat(changed.header("ETag")).isEqualTo(ledger.get("entry/1").header("ETag"));
        assertThat(changed.header("Preference-Applied")).isEqualTo("return=representation");

        var late = ledger.send(HttpMethod.PATCH, "entry/1", "{\"amount\": 12}", MATCH, tag);
        assertThat(late.status()).isEqualTo(412);
        assertThat(ledger.send(HttpMethod.DELETE, "entry/1", "", MATCH, tag).status())
                .isEqualTo(412);
        var weak = "W/" + ledger.get("entry/1").header("ETag");
        assertThat(ledger.send(HttpMethod.DELETE, "entry/1", "", MATCH, weak).status())
                .isEqualTo(412);
        var ofAnother = ledger.get("entry/2").header("ETag");
        assertThat(ledger.send(HttpMethod.DELETE, "entry/1", "", MATCH, ofAnother)
                        .status())
                .isEqualTo(412);
        assertThat(ledger.send(HttpMethod.DELETE, "entry/1", "", MATCH, "*").status())
                .isEqualTo(204);
        assertThat(ledger.send(HttpMethod.DELETE, "entry/1", "", MATCH, "*").status())
                .isEqualTo(404);
        assertThat(ledger.query("SELECT id FROM $.entry")).containsExactly("2");
    }

    @Test
    void aConditionOnAnyNumberOfRowsIsRefusedAndNothingIsWritten() {
        for (var header : List.of(MATCH, NONE_MATCH)) {
            var refused = ledger.send(HttpMethod.PATCH, "entry?id=eq.1", "{\"amount\": 11}", header, "\"stale\"");
            assertThat(refused.status()).as(header).isEqualTo(400);
            assertThat(refused.body()).contains("entry/{id}");
        }
        assertThat(ledger.query("SELECT amount FROM $.entry WHERE id = 1")).containsExactly("10");
        assertThat(ledger.send(HttpMethod.PATCH, "entry?id=eq.1", "{\"amount\": 11}")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void aWriteWithoutAConditionNeedsNone() {
        var silent = ledger.send(HttpMethod.PATCH, "entry/1", "{\"amount\": 11}");
        assertThat(silent.status()).isEqualTo(204);
        assertThat(silent.header("Preference-Applied")).isNull();
        assertThat(silent.header("Content-Range")).isNull();
        assertThat(ledger.send(HttpMethod.DELETE, "entry/1", "").status()).isEqualTo(204);
        assertThat(ledger.send(HttpMethod.DELETE, "entry/1", "").status()).isEqualTo(404);
        assertThat(ledger.send(HttpMethod.POST, "entry/2", "{}").status()).isEqualTo(405);
        assertThat(ledger.get("entry/2?limit=1").status()).isEqualTo(400);
        assertThat(ledger.get("entry/2?amount=eq.20").status()).isEqualTo(200);
        assertThat(ledger.get("entry/2?amount=eq.21").status()).isEqualTo(404);
        assertThat(ledger.query("SELECT id FROM $.entry")).containsExactly("2");
    }

    @Test
    void aRowIsPutInItsPlace() {
        var made = ledger.send(
                HttpMethod.PUT, "place/be,gent", "{\"country\": \"be\", \"city\": \"gent\", \"people\": 1}");
        assertThat(made.status()).isBetween(200, 204);
        var tag = ledger.get("place/be,gent").header("ETag");
        var put = "{\"country\": \"be\", \"city\": \"gent\", \"people\": 2}";

        assertThat(ledger.send(HttpMethod.PUT, "place/be,gent", put, NONE_MATCH, "*")
                        .status())
                .isEqualTo(412);
        assertThat(ledger.send(HttpMethod.PUT, "place/be,gent", put, MATCH, tag).status())
                .isBetween(200, 204);
        assertThat(ledger.send(HttpMethod.PUT, "place/be,gent", put, MATCH, tag).status())
                .isEqualTo(412);
        assertThat(ledger.send(HttpMethod.PUT, "place/be,luik", put, MATCH, "*").status())
                .isEqualTo(412);
        assertThat(ledger.send(HttpMethod.PUT, "place/be,luik", put).status()).isEqualTo(400);
        var fresh = put.replace("gent", "luik");
        assertThat(ledger.send(
                                HttpMethod.PUT,
                                "place/be,luik",
                                fresh,
                                NONE_MATCH,
                                "*",
                                "Prefer",
                                "return=representation")
                        .status())
                .isEqualTo(201);
        assertThat(ledger.query("SELECT city || ' ' || people FROM $.place WHERE country = 'be' ORDER BY city"))
                .containsExactly("gent 2", "luik 2");
    }

    @Test
    void ofTwoWhoMakeARowOneDoes() {
        try (var threads = Executors.newFixedThreadPool(TOGETHER)) {
            for (int trial = 0; trial < TRIALS; trial++) {
                var city = "city-" + trial;
                var body = "{\"country\": \"nl\", \"city\": \"" + city + "\", \"people\": 1}";
                var statuses = IntStream.range(0, TOGETHER)
                        .mapToObj(_ -> CompletableFuture.supplyAsync(
                                () -> ledger.send(HttpMethod.PUT, "place/nl," + city, body, NONE_MATCH, "*"), threads))
                        .toList()
                        .stream()
                        .map(writer -> writer.join().status())
                        .sorted()
                        .toList();
                assertThat(statuses.getFirst()).isBetween(200, 204);
                assertThat(statuses.getLast()).isEqualTo(412);
            }
        }
    }

    @Test
    void aConditionAndAKeyGoTogether() {
        var tag = ledger.get("entry/1").header("ETag");

        for (int i = 0; i < 2; i++) {
            var answer =
                    ledger.send(HttpMethod.PATCH, "entry/1", "{\"amount\": 11}", MATCH, tag, "Idempotency-Key", "k");
            assertThat(answer.status()).isEqualTo(204);
        }
        assertThat(ledger.send(HttpMethod.PATCH, "entry/1", "{\"amount\": 12}", MATCH, tag, "Idempotency-Key", "l")
                        .status())
                .isEqualTo(412);
    }

    @Test
    void ofTwoWritersWithOneTagOneWins() {
        try (var threads = Executors.newFixedThreadPool(TOGETHER)) {
            for (int trial = 0; trial < TRIALS; trial++) {
                var tag = ledger.get("entry/1").header("ETag");
                var first = 1000 + trial * TOGETHER;
                var statuses = IntStream.range(first, first + TOGETHER)
                        .mapToObj(amount -> CompletableFuture.supplyAsync(
                                () -> ledger.send(
                                        HttpMethod.PATCH, "entry/1", "{\"amount\": " + amount + "}", MATCH, tag),
                                threads))
                        .toList()
                        .stream()
                        .map(writer -> writer.join().status())
                        .sorted()
                        .toList();
                assertThat(statuses).containsExactly(204, 412);
            }
        }
    }

    private static String untraced(Answer answer) {
        return answer.body().replaceAll("\"trace_id\":\"[^\"]*\"", "");
    }
}
