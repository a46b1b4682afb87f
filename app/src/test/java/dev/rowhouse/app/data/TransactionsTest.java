package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.data.Ledger.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** Several calls as one transaction over HTTP. */
class TransactionsTest {

    private final Ledger ledger = new Ledger();

    @BeforeEach
    void fill() {
        ledger.execute("INSERT INTO $.entry (id, body, amount) VALUES (1, 'one', 10), (2, 'two', 20);"
                + " ALTER TABLE $.entry ALTER id RESTART WITH 100");
    }

    @Test
    void allCallsHappenAndAreAnsweredInOrder() {
        var answer = tx("""
                {"isolation": "serializable", "calls": [
                  {"method": "POST", "path": "/rest/v1/entry", "body": {"id": 3, "body": "é€", "amount": 30},
                   "headers": {"Prefer": "return=representation"}},
                  {"method": "PATCH", "path": "/rest/v1/entry?id=eq.1", "body": {"amount": 11}},
                  {"method": "GET", "path": "/rest/v1/entry?select=id,amount&order=id"},
                  {"method": "DELETE", "path": "/rest/v1/entry/2"},
                  {"method": "HEAD", "path": "/rest/v1/entry"},
                  {"method": "GET", "path": "/rest/v1/entry?select=body&body=eq.é€"}]}""");

        assertThat(answer.status()).isEqualTo(200);
        var document = json(answer);
        assertThat(document.get("attempts").intValue()).isEqualTo(1);
        var results = document.get("results");
        assertThat(statuses(results)).containsExactly(201, 204, 200, 204, 200, 200);
        assertThat(results.get(0).get("body").get(0).get("body").stringValue()).isEqualTo("é€");
        assertThat(results.get(0).get("headers").get("Preference-Applied").stringValue())
                .isEqualTo("return=representation");
        assertThat(results.get(1).get("body").isNull()).isTrue();
        assertThat(results.get(2).get("body"))
                .isEqualTo(
                        RunningApp.json("[{\"id\":1,\"amount\":11},{\"id\":2,\"amount\":20},{\"id\":3,\"amount\":30}]"
                                .getBytes(StandardCharsets.UTF_8)));
        assertThat(results.get(4).get("body").isNull()).isTrue();
        assertThat(results.get(5).get("body").get(0).get("body").stringValue()).isEqualTo("é€");
        assertThat(amounts()).containsExactly("1 11", "3 30");
    }

    @Test
    void aCallThatFailsUndoesAllAndIsNamed() {
        var answer = tx("""
                {"calls": [
                  {"method": "PATCH", "path": "/rest/v1/entry?id=eq.1", "body": {"amount": 11}},
                  {"method": "POST", "path": "/rest/v1/entry", "body": {"id": 2}},
                  {"method": "DELETE", "path": "/rest/v1/entry"}]}""");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(json(answer).get("code").stringValue()).isEqualTo("23505");
        assertThat(json(answer).get("call").intValue()).isEqualTo(1);
        assertThat(amounts()).containsExactly("1 10", "2 20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/rest/v1/nothing",
                "/rest/v1/entry?colour=eq.1",
                "/rest/v1/entry/77",
                "/rest/v1/entry/77/88",
                "/rest/v1/entry?limit=x",
                "/rest/v1/entry?amount=eq.x",
                "/rest/v1/rpc/nothing"
            })
    void whateverIsRefusedIsNamed(String path) {
        var answer = tx("""
                {"calls": [
                  {"method": "DELETE", "path": "/rest/v1/entry?id=eq.1"},
                  {"method": "GET", "path": "%s"}]}""".formatted(path));

        assertThat(answer.status()).isBetween(400, 499);
        assertThat(json(answer).get("call").intValue()).isEqualTo(1);
        assertThat(amounts()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"calls\": []}",
                "{\"calls\": {}}",
                "{\"calls\": [1]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\"}], \"isolation\": \"chaos\"}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\"}], \"read_only\": 1}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\"}], \"more\": 1}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\"}], \"calls\": []}",
                "{\"calls\": [{\"method\": \"get\", \"path\": \"/rest/v1/entry\"}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/\"}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/t/other/rest/v1/entry\"}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"http://elsewhere/rest/v1/entry\"}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\", \"headers\": {\"apikey\": \"x\"}}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\", \"headers\": {\"authorization\": \"x\"}}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\", \"headers\": {\"Idempotency-Key\": \"x\"}}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\", \"headers\": {\"prefer\": \"a\\r\\nb: c\"}}]}",
                "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry\", \"headers\": {\"prefer\": \"\", \"Prefer\": \"\"}}]}",
                "{\"calls\": [{\"method\": \"POST\", \"path\": \"/rest/v1/entry\", \"headers\": {\"Content-Type\": \"x\"}, \"body\": 1}]}",
                "{\"calls\": [{\"method\": \"POST\", \"path\": \"/rest/v1/entry\", \"body\": {\"id\": 1e99999999999}}]}"
            })
    void whatCannotBeReadIsRefused(String body) {
        assertThat(tx(body).status()).isEqualTo(400);
    }

    @Test
    void callsAreLimited() {
        var call = "{\"method\": \"GET\", \"path\": \"/rest/v1/entry?limit=1\"}";

        assertThat(tx(calls(call, 100)).status()).isEqualTo(200);
        assertThat(tx(calls(call, 101)).status()).isEqualTo(400);
        assertThat(send(ledger.secret, HttpMethod.GET, "").status()).isEqualTo(405);
    }

    @Test
    void aTransactionThatOnlyReadsWritesNothing() {
        var answer = tx("""
                {"read_only": true, "calls": [
                  {"method": "GET", "path": "/rest/v1/entry"},
                  {"method": "DELETE", "path": "/rest/v1/entry?id=eq.1"}]}""");

        assertThat(answer.status()).isBetween(400, 499);
        assertThat(json(answer).get("call").intValue()).isEqualTo(1);
        assertThat(amounts()).hasSize(2);
    }

    @Test
    void whatAnotherStoodInTheWayOfIsRunAnew() throws SQLException {
        try (var other = ledger.session()) {
            other.setAutoCommit(false);
            other.createStatement().execute("UPDATE " + ledger.schema() + ".entry SET amount = 15 WHERE id = 1");
            var answer = CompletableFuture.supplyAsync(() -> tx("""
                    {"isolation": "repeatable read", "calls": [
                      {"method": "GET", "path": "/rest/v1/entry?id=eq.1&select=amount"},
                      {"method": "PATCH", "path": "/rest/v1/entry?id=eq.1", "body": {"amount": 16}}]}"""));
            ledger.awaitWaiting();
            other.commit();

            var document = json(answer.join());
            assertThat(document.get("attempts").intValue()).isEqualTo(2);
            assertThat(document.get("results")
                            .get(0)
                            .get("body")
                            .get(0)
                            .get("amount")
                            .intValue())
                    .isEqualTo(15);
        }
        assertThat(amounts()).containsExactly("1 16", "2 20");
    }

    @Test
    void aTransactionWithAKeyHappensOnce() {
        var insert =
                "{\"calls\": [{\"method\": \"POST\", \"path\": \"/rest/v1/entry\", \"body\": {\"body\": \"once\"}}]}";

        var first = tx(insert, "Idempotency-Key", "k");
        var second = tx(insert, "Idempotency-Key", "k");
        var other = tx(insert.replace("once", "twice"), "Idempotency-Key", "k");

        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(other.status()).isEqualTo(422);
        assertThat(ledger.query("SELECT body FROM $.entry WHERE id NOT IN (1, 2) OR body = 'once'"))
                .containsExactly("once");
    }

    @Test
    void aConditionOnARowNeedsOneState() {
        var tag = ledger.get("entry/1").header("ETag");
        var conditional = """
                {"isolation": "%s", "calls": [
                  {"method": "PATCH", "path": "/rest/v1/entry/1", "headers": {"If-Match": "%s"}, "body": {"amount": 11}}]}""";
        var quoted = tag.replace("\"", "\\\"");

        assertThat(tx(conditional.formatted("read committed", quoted)).status()).isEqualTo(400);
        assertThat(tx(conditional.formatted("repeatable read", quoted)).status())
                .isEqualTo(200);
        assertThat(tx(conditional.formatted("repeatable read", quoted)).status())
                .isEqualTo(412);
        assertThat(amounts()).containsExactly("1 11", "2 20");
    }

    @Test
    void linesAreImportedWithTheRest() {
        var answer = tx("""
                {"calls": [
                  {"method": "POST", "path": "/rest/v1/entry", "headers": {"Content-Type": "text/csv"},
                   "body": "id,amount\\n7,70\\n8,80\\n"},
                  {"method": "DELETE", "path": "/rest/v1/entry?id=lt.8"}]}""");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(amounts()).containsExactly("8 80");
    }

    @Test
    void aLockIsHeldUntilTheEnd() throws SQLException {
        var locking = """
                {"calls": [
                  {"method": "GET", "path": "/rest/v1/entry?id=eq.1&select=amount", "headers": {"Prefer": "lock=update, wait=1"}},
                  {"method": "PATCH", "path": "/rest/v1/entry?id=eq.1", "body": {"amount": 16}}]}""";
        try (var other = ledger.session()) {
            other.setAutoCommit(false);
            other.createStatement().execute("UPDATE " + ledger.schema() + ".entry SET amount = 15 WHERE id = 1");

            var refused = tx(locking);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(json(refused).get("code").stringValue()).isEqualTo("55P03");
            assertThat(json(refused).get("call").intValue()).isZero();
            assertThat(tx(locking.replace("wait=1", "wait=0")).status()).isEqualTo(503);
            var elsewhere = "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry?id=eq.2\","
                    + " \"headers\": {\"Prefer\": \"lock=share\"}}]}";
            assertThat(tx(elsewhere).status()).isEqualTo(200);

            var waiting = CompletableFuture.supplyAsync(() -> tx(locking.replace("wait=1", "wait=20")));
            ledger.awaitWaiting();
            other.commit();
            var results = json(waiting.join()).get("results");
            assertThat(results.get(0).get("body").get(0).get("amount").intValue())
                    .isEqualTo(15);
            assertThat(results.get(0).get("headers").get("Preference-Applied").stringValue())
                    .isEqualTo("lock=update, wait=20");
        }
        assertThat(amounts()).containsExactly("1 16", "2 20");
        assertThat(tx(locking.replace("{\"calls\"", "{\"read_only\": true, \"calls\""))
                        .status())
                .isBetween(400, 499);
        assertThat(ledger.get("entry", "Prefer", "lock=update").header("Preference-Applied"))
                .isNull();
    }

    @Test
    void nobodyReachesMoreThanByCallsOfHisOwn() {
        var other = new Ledger();
        other.execute("INSERT INTO $.entry (id, body) VALUES (1, 'hers')");
        var steal = "{\"calls\": [{\"method\": \"GET\", \"path\": \"/rest/v1/entry/1\"}]}";
        assertThat(other.tenant.slug()).isNotEqualTo(ledger.tenant.slug());

        assertThat(tx(steal).body()).contains("one").doesNotContain("hers");
        assertThat(send(ledger.client(other.tenant.secret()), HttpMethod.POST, steal)
                        .status())
                .isEqualTo(404);
        assertThat(send(ledger.app.client(), HttpMethod.POST, steal).status()).isEqualTo(404);
        var asAnon = "{\"calls\": [{\"method\": \"%s\", \"path\": \"/rest/v1/%s\"}]}";
        assertThat(send(ledger.anon, HttpMethod.POST, asAnon.formatted("GET", "entry"))
                        .status())
                .isEqualTo(200);
        assertThat(send(ledger.anon, HttpMethod.POST, asAnon.formatted("GET", "place"))
                        .status())
                .isEqualTo(401);
        assertThat(send(ledger.anon, HttpMethod.POST, asAnon.formatted("DELETE", "entry"))
                        .status())
                .isEqualTo(401);
        for (var path : List.of(
                "../../" + other.tenant.slug() + "/rest/v1/entry",
                "%2e%2e/%2e%2e/" + other.tenant.slug() + "/rest/v1/entry",
                other.schema() + ".entry")) {
            var answer = tx(asAnon.formatted("GET", path));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("hers");
        }
    }

    private Answer tx(String body, String... headers) {
        return send(ledger.secret, HttpMethod.POST, body, headers);
    }

    private Answer send(WebTestClient client, HttpMethod method, String body, String... headers) {
        var address = URI.create("http://127.0.0.1:" + ledger.app.port() + "/t/" + ledger.tenant.slug() + "/tx/v1");
        var request = client.method(method).uri(address).header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return new Answer(request.bodyValue(body.getBytes(StandardCharsets.UTF_8))
                .exchange()
                .expectBody(String.class)
                .returnResult());
    }

    private static String calls(String call, int count) {
        var calls = new String[count];
        Arrays.fill(calls, call);
        return Arrays.stream(calls).collect(Collectors.joining(",", "{\"calls\": [", "]}"));
    }

    private static JsonNode json(Answer answer) {
        return RunningApp.json(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static List<Integer> statuses(JsonNode results) {
        return IntStream.range(0, results.size())
                .mapToObj(i -> results.get(i).get("status").intValue())
                .toList();
    }

    private List<String> amounts() {
        return ledger.query("SELECT id || ' ' || amount FROM $.entry ORDER BY id");
    }
}
