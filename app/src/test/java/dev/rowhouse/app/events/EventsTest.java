package dev.rowhouse.app.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.events.Listener.Heard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import tools.jackson.databind.node.ObjectNode;

/** Streams over HTTP of what is changed in the database itself. */
@Timeout(60)
class EventsTest {

    private static final class Refused {
        private static final NewsPaper PAPER = new NewsPaper();
    }

    @Test
    void theSecretKeySeesEveryChangeAsItWas() {
        var paper = new NewsPaper();
        var begun = Instant.now().minusSeconds(1);
        try (var stream = paper.secret("")) {
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-store");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");

            paper.execute("INSERT INTO $.item VALUES (1, 'a', 1, 2, E'{\\n\"x\": 1}')");
            paper.execute("UPDATE $.item SET name = 'b'");
            paper.execute("TRUNCATE $.secret");
            assertThat(stream.next().name()).isEqualTo("insert");
            var updated = stream.next();
            var event = updated.json();

            assertThat(updated.name()).isEqualTo("update");
            assertThat(event.get("specversion").stringValue()).isEqualTo("1.0");
            assertThat(event.get("type").stringValue()).isEqualTo("dev.rowhouse.row.updated");
            assertThat(event.get("subject").stringValue()).isEqualTo("item/1");
            assertThat(event.get("source").stringValue()).contains(paper.tenant.slug());
            assertThat(Instant.parse(event.get("time").stringValue())).isBetween(begun, Instant.now());
            assertThat(event.get("data").toString()).isEqualTo("""
                    {"relation":"item","key":{"id":1},\
                    "before":{"id":1,"name":"a","price":1.00,"cost":2.00,"extra":{"x":1}},\
                    "after":{"id":1,"name":"b","price":1.00,"cost":2.00,"extra":{"x":1}}}""".replace(".00", ".0"));
            assertThat(stream.next().json().get("type").stringValue()).isEqualTo("dev.rowhouse.relation.truncated");
        }
    }

    /** Half a character in a json is kept as it is, but PostgreSQL does not read on in such a row. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    text/csv | id,extra~1,"[""\\ud800"", ""\\u0000""]"
                    application/x-ndjson | {"id": 1, "extra": "\\uDC00"}
                    """)
    void whatATenantWritesKeepsNoOtherFromHearing(String type, String body) {
        var acme = new NewsPaper();
        var globex = new NewsPaper();
        try (var own = acme.secret("");
                var filtered = acme.secret("?relation=item&name=eq.CANARY-acme");
                var other = globex.secret("")) {
            NewsPaper.app()
                    .client()
                    .post()
                    .uri(acme.tenant.path("item"))
                    .header("apikey", acme.tenant.secret())
                    .header("Prefer", "return=minimal")
                    .contentType(MediaType.parseMediaType(type))
                    .bodyValue(body.replace('~', '\n'))
                    .exchange()
                    .expectStatus()
                    .isCreated();
            globex.execute("INSERT INTO $.item VALUES (1, 'CANARY-globex')");
            acme.execute("INSERT INTO $.item VALUES (2, 'CANARY-acme')");

            assertThat(other.next().data()).contains("CANARY-globex");
            assertThat(own.next().data()).contains("\\u").contains("item/1");
            assertThat(own.next().data()).contains("CANARY-acme");
            assertThat(filtered.next().data()).contains("CANARY-acme");
        }
    }

    @Test
    void policiesDecideRowByRowOnTheRowAsItStands() {
        var paper = new NewsPaper().withUsers();
        try (var ann = paper.user(paper.token("ann", 600), "");
                var bob = paper.user(paper.token("bob", 600), "?relation=diary&body=neq.nothing");
                var anon = paper.anon("?relation=diary");
                var all = paper.secret("?relation=diary")) {
            paper.execute("INSERT INTO $.diary VALUES (1, 'bob', 'OLD'), (2, 'bob', 'his');"
                    + "UPDATE $.diary SET owner = 'ann', body = 'hers' WHERE id = 1");

            var hers = ann.next(2);
            assertThat(hers).extracting(Heard::name).containsExactly("insert", "update");
            assertThat(hers).allSatisfy(event -> {
                assertThat(event.row("after")).hasToString("{\"id\":1,\"owner\":\"ann\",\"body\":\"hers\"}");
                assertThat(event.row("before").isNull()).isTrue();
            });
            assertThat(bob.next().row("after").get("id").intValue()).isEqualTo(2);

            paper.execute("INSERT INTO $.diary VALUES (3, 'nobody', '')");
            paper.execute("DELETE FROM $.diary");
            paper.execute("TRUNCATE $.diary");
            assertThat(ann.next(2))
                    .satisfiesExactly(
                            gone -> assertThat(gone.json().get("data"))
                                    .hasToString("{\"relation\":\"diary\",\"key\":{\"id\":1},"
                                            + "\"before\":null,\"after\":null}"),
                            emptied -> assertThat(emptied.name()).isEqualTo("truncate"));
            assertThat(bob.next(2)).extracting(Heard::name).containsExactly("delete", "truncate");
            assertThat(anon.next().name()).isEqualTo("truncate");
            assertThat(all.next(8))
                    .extracting(Heard::name)
                    .containsExactly("insert", "insert", "update", "insert", "delete", "delete", "delete", "truncate");
        }
    }

    @Test
    void columnsThatTheRoleMayNotReadAreNotSent() {
        var paper = new NewsPaper();
        try (var anon = paper.anon("")) {
            paper.execute("INSERT INTO $.secret VALUES (1)");
            paper.execute("INSERT INTO $.item VALUES (1, 'a', 1, 2)");
            paper.execute("UPDATE $.item SET name = 'b', cost = 3");
            assertThat(anon.next().row("after")).hasToString("{\"id\":1,\"name\":\"a\",\"price\":1.0}");
            assertThat(anon.next().row("before")).hasToString("{\"id\":1,\"name\":\"a\",\"price\":1.0}");

            paper.execute("REVOKE SELECT (name) ON $.item FROM $_a");
            paper.execute("INSERT INTO $.item VALUES (2, 'a', 1, 2)");
            assertThat(anon.next().row("after")).hasToString("{\"id\":2,\"price\":1.0}");
        }
        assertThat(paper.anon("?relation=item&cost=gt.1").status()).isEqualTo(401);
        assertThat(paper.anon("?relation=secret").status()).isEqualTo(401);
    }

    @Test
    void filtersAreComparedByPostgres() {
        var paper = new NewsPaper();
        try (var dear =
                paper.secret("?relation=item&price=gt.9.5&or=(name.ilike.a*,name.is.null)&operation=insert,delete")) {
            paper.execute("INSERT INTO $.item VALUES (1, 'Axe', 10), (2, 'Axe', 9.5), (3, 'Bow', 100), (4, NULL, 9)");
            paper.execute("UPDATE $.item SET price = 11");
            paper.execute("DELETE FROM $.item WHERE id > 2");

            assertThat(dear.next(2))
                    .extracting(event ->
                            event.name() + " " + event.json().get("subject").stringValue())
                    .containsExactly("insert item/1", "delete item/4");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ?relation=itm                          | 404 | PGRST205 | did you mean 'item'?
            ?relation=item&prise=eq.1              | 400 | 42703    | price
            ?relation=item&price=eq.cheap          | 400 | 22P02    |
            ?relation=item&price=cheap             | 400 | PGRST100 |
            ?price=eq.1                            | 400 | PGRST100 |
            ?relation=item,diary&id=eq.1           | 400 | PGRST100 |
            ?relation=item&select=id               | 400 | PGRST100 |
            ?relation=item&limit=1                 | 400 | PGRST100 |
            ?relation=item_name                    | 400 | PGRST100 |
            ?relation=line                         | 400 | PGRST100 |
            ?relation=quiet                        | 400 | PGRST100 |
            ?relation=terse&body=eq.a              | 400 | PGRST100 |
            ?relation=                             | 400 | PGRST100 |
            ?operation=upsert                      | 400 | PGRST100 |
            ?last_event_id=1                       | 400 | invalid_request |
            """)
    void whatCannotBeHeardOfIsRefused(String query, int status, String code, String hint) {
        var refused = Refused.PAPER.secret(query);

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.problem().get("code").stringValue()).isEqualTo(code);
        if (hint != null) {
            assertThat(refused.problem().get("hint").stringValue()).contains(hint);
        }
    }

    @Test
    void aForeignKeyIsToldWhatEverybodyIsTold() {
        var acme = new NewsPaper();
        var globex = new NewsPaper();
        var foreign = new Listener(globex.url(""), "apikey", acme.tenant.secret());
        var nobody = new Listener(
                globex.url("").replace(globex.tenant.slug(), "nobody-lives-here"), "apikey", acme.tenant.secret());

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(comparable(foreign)).isEqualTo(comparable(nobody));
        assertThat(comparable(new Listener(globex.url("")))).isEqualTo(comparable(nobody));
        try (var own = globex.secret("");
                var other = acme.secret("")) {
            globex.execute("INSERT INTO $.item VALUES (1, 'CANARY-globex')");
            acme.execute("INSERT INTO $.item VALUES (1, 'CANARY-acme')");
            assertThat(own.next().data()).contains("CANARY-globex");
            assertThat(other.next().data()).contains("CANARY-acme").doesNotContain("globex");
        }
    }

    @Test
    void aStreamGoesOnBehindTheIdThatItIsGiven() {
        var paper = new NewsPaper();
        String first;
        try (var stream = paper.secret("")) {
            paper.execute("INSERT INTO $.item SELECT generate_series(1, 3)");
            stream.next();
            first = stream.lastId();
        }
        paper.execute("INSERT INTO $.item VALUES (4)");
        try (var byHeader = paper.secret("", "Last-Event-ID", first);
                var byAddress = paper.secret("?last_event_id=" + first)) {
            for (var stream : List.of(byHeader, byAddress)) {
                assertThat(stream.next(3))
                        .extracting(event -> event.row("key").get("id").intValue())
                        .containsExactly(2, 3, 4);
            }
        }
        assertThat(new NewsPaper().secret("", "Last-Event-ID", first).status()).isEqualTo(400);
        assertThat(paper.secret("", "Last-Event-ID", first.substring(1)).status())
                .isEqualTo(400);
    }

    @Test
    void anIdOlderThanTheJournalIsGoneAndTheOldestIsTold() {
        var paper = new NewsPaper();
        paper.execute("INSERT INTO $.item VALUES (1)");
        var old = paper.ids(Instant.now().minus(Duration.ofDays(4))).id(paper.house.id(), 0);
        var gone = paper.secret("", "Last-Event-ID", old);

        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.problem().get("code").stringValue()).isEqualTo("events_gone");
        for (var last : List.of(
                gone.problem().get("oldest_id").stringValue(),
                paper.ids(Instant.now().minus(Duration.ofDays(2))).id(paper.house.id(), 0))) {
            try (var stream = paper.secret("", "Last-Event-ID", last)) {
                assertThat(stream.next().row("key").get("id").intValue()).isEqualTo(1);
            }
        }
    }

    @Test
    void aPlanAllowsSoManyStreamsAndNoMore() {
        var paper = new NewsPaper("lone");
        var first = paper.secret("");
        try (var second = paper.anon("")) {
            var refused = paper.secret("");
            assertThat(second.status()).isEqualTo(200);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            first.close();
            while (true) {
                try (var again = paper.secret("")) {
                    if (again.status() == 200) {
                        break;
                    }
                }
            }
        }
    }

    @Test
    void aStreamEndsSoonAfterItsClientMayNotListenAnyMore() {
        var suspended = new NewsPaper();
        var rotated = new NewsPaper();
        var expiring = new NewsPaper().withUsers();
        try (var one = suspended.secret("");
                var other = rotated.secret("");
                var token = expiring.user(expiring.token("ann", 2), "");
                var staying = expiring.secret("")) {
            var begun = Instant.now();
            suspended.order("suspend");
            rotated.order("rotate-keys");

            assertThat(one.next().data()).isEqualTo("{\"reason\":\"tenant_suspended\"}");
            assertThat(other.next().data()).isEqualTo("{\"reason\":\"tenant_unknown\"}");
            assertThat(token.next().data()).isEqualTo("{\"reason\":\"token_expired\"}");
            assertThat(one.next().name()).isEqualTo("end");
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));

            expiring.execute("INSERT INTO $.item VALUES (1)");
            assertThat(staying.next().name()).isEqualTo("insert");
        }
    }

    @Test
    void theHostNamesTheTenantAsWell() {
        var paper = new NewsPaper();
        NewsPaper.app()
                .client()
                .post()
                .uri("/events/v1")
                .header("Host", paper.tenant.slug() + ".rows.test")
                .header("apikey", paper.tenant.secret())
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals("Allow", "GET");
    }

    private static String comparable(Listener answer) {
        var problem = (ObjectNode) answer.problem().deepCopy();
        problem.remove("trace_id");
        return answer.status() + problem.toString();
    }
}
