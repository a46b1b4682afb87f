package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.data.Ledger.Answer;
import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sql.Rendering;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Residents;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages by cursor. */
class CursorsTest {

    private static final String MARK = "after=";

    private final Ledger ledger = new Ledger();

    @BeforeEach
    void fill() {
        ledger.execute("""
                INSERT INTO $.reading
                SELECT i, chr(97 + i % 5) || E'"\\\\,é', nullif(i % 4, 3), CASE WHEN i % 3 > 0 THEN
                  '2026-01-01 00:00:00.123456+00'::timestamptz + (i % 7) * interval '1 microsecond' END,
                  CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 1.0 / 3 ELSE i % 3 END
                FROM generate_series(1, 60) AS i;
                INSERT INTO $.place VALUES ('a', 'x', 1), ('a', 'y', 2), ('b', 'x', 3)
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "order=id",
                "order=id.desc",
                "order=name",
                "order=name.desc,id.desc",
                "order=name.desc",
                "order=rank",
                "order=rank.desc",
                "order=rank.nullsfirst",
                "order=rank.desc.nullslast",
                "order=rank.desc.nullslast,name,at.nullsfirst",
                "order=at,rank.desc",
                "order=at.desc.nullsfirst,rank.nullsfirst,name.desc",
                "order=share.desc,rank",
                "order=share.nullsfirst,name",
                "order=name,rank&rank=not.is.null",
                "order=rank&or=(rank.eq.1,rank.is.null)"
            })
    void pagesAreTheWholeInOrder(String question) {
        var order = question.isEmpty() ? "order=id" : question;
        var whole = ids(ledger.get("reading?select=id&" + completed(order)));
        assertThat(whole).isNotEmpty();

        assertThat(walk("reading?select=id&limit=7&" + question)).containsExactlyElementsOf(whole);
        assertThat(walk("reading?select=id&limit=60&" + question)).containsExactlyElementsOf(whole);
    }

    @Test
    void aKeyOfSeveralColumnsEndsTheOrder() {
        assertThat(walk("place?select=id:people&limit=2&order=country.desc")).containsExactly(3, 2, 1);
        assertThat(walk("place?select=id:people&limit=1")).containsExactly(1, 2, 3);
    }

    @Test
    void whatComesOrGoesInBetweenNeitherRepeatsNorHidesARow() {
        var first = ledger.get("reading?select=id&order=id&limit=5&after=");
        ledger.execute(
                "INSERT INTO $.reading (id, name) VALUES (-1, 'early'); DELETE FROM $.reading WHERE id IN (2, 5)");

        assertThat(ids(ledger.get(next(first)))).containsExactly(6, 7, 8, 9, 10);
    }

    @Test
    void aPageMayBeDressedAndCutOtherwise() {
        var first = ledger.get("reading?select=id&order=id&limit=5&after=");
        var cursor = next(first).substring(next(first).indexOf(MARK) + MARK.length());

        assertThat(ids(ledger.get("reading?select=name,id&order=id&limit=2&after=" + cursor)))
                .containsExactly(6, 7);
        var counted = ledger.get("reading?order=id&limit=2&after=" + cursor, "Prefer", "count=exact");
        assertThat(counted.header("Content-Range")).endsWith("/60");
        var csv = ledger.get("reading?select=id&order=id&limit=2&after=" + cursor, "Accept", "text/csv");
        assertThat(csv.body()).isEqualTo("id\n6\n7");
        assertThat(csv.header("Link")).contains("rel=\"next\"");
    }

    @Test
    void aPageThatIsNotFullIsTheLast() {
        assertThat(ledger.get("reading?limit=59&after=").header("Link")).isNotNull();
        assertThat(ledger.get("reading?limit=61&after=").header("Link")).isNull();
        assertThat(ledger.get("reading?id=eq.0&after=").header("Link")).isNull();
        assertThat(ledger.get("reading?limit=0&after=").header("Link")).isNull();
        assertThat(ledger.get("reading?limit=5").header("Link")).isNull();
        assertThat(ledger.get("reading?limit=5&after=").header("Link")).startsWith("</t/" + ledger.tenant.slug());
    }

    @Test
    void aCursorIsOfOneQuestionAlone() {
        var path = next(ledger.get("reading?order=rank&rank=gt.0&limit=5&after="));
        var cursor = path.substring(path.indexOf(MARK) + MARK.length());
        assertThat(ledger.get("reading?order=rank&rank=gt.0&after=" + cursor).status())
                .isEqualTo(200);

        for (var other : List.of(
                "reading?order=rank.desc&rank=gt.0&after=",
                "reading?order=rank&rank=gt.1&after=",
                "reading?order=rank&after=",
                "reading?rank=gt.0&after=",
                "place?order=rank&rank=gt.0&after=",
                "entry?after=")) {
            assertThat(ledger.get(other + cursor).status()).as(other).isEqualTo(400);
        }
        var foreign = new Ledger();
        foreign.execute("INSERT INTO $.reading (id, name, rank) VALUES (1, 'hers', 9)");
        assertThat(foreign.get("reading?order=rank&rank=gt.0&after=").status()).isEqualTo(200);
        assertThat(foreign.get("reading?order=rank&rank=gt.0&after=" + cursor).status())
                .isEqualTo(400);
    }

    @Test
    void aCursorCannotBeMadeUp() {
        var path = next(ledger.get("reading?order=id&limit=5&after="));
        var cursor = path.substring(path.indexOf(MARK) + MARK.length());
        var bytes = Base64.getUrlDecoder().decode(cursor);
        assertThat(new String(bytes, 16, bytes.length - 16, StandardCharsets.UTF_8))
                .isEqualTo("[\"5\"]");

        for (int i = 0; i < bytes.length; i++) {
            var changed = bytes.clone();
            changed[i] ^= 1;
            var text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThat(ledger.get("reading?order=id&limit=5&after=" + text).status())
                    .isEqualTo(400);
        }
        for (var text : List.of("x", "5", "WyI1Il0", cursor + "AA", cursor.substring(2), "%00", "..")) {
            assertThat(ledger.get("reading?order=id&limit=5&after=" + text).status())
                    .as(text)
                    .isEqualTo(400);
        }
    }

    @Test
    void whatHasNoPlaceToGoOnFromIsRefused() {
        for (var question : List.of(
                "scribble?after=",
                "entry_body?after=",
                "reading?offset=5&after=",
                "reading?select=count()&after=",
                "nothing?after=")) {
            assertThat(ledger.get(question).status()).as(question).isBetween(400, 404);
        }
        assertThat(ledger.get("reading?after=", "Prefer", "count=planned").status())
                .isEqualTo(400);
    }

    @Test
    void aPageInTheDepthIsEnteredByTheIndex() throws SQLException {
        ledger.execute("INSERT INTO $.reading SELECT i, 'm' FROM generate_series(100, 20000) AS i; ANALYZE $.reading");
        var resident = Objects.requireNonNull(ledger.app
                .bean(Residents.class)
                .find(new Slug(ledger.tenant.slug()))
                .block(Duration.ofSeconds(10)));
        var query = QueryParser.read("reading", List.of(Map.entry("order", "name")), List.of(), null, Limits.STANDARD);
        var plan = Planner.keyset(query, List.of("m", "15000"), resident.catalog(), CallerClass.SERVICE);
        var read = SqlWriter.read(plan, Rendering.JSON, new SchemaName(ledger.schema()), new RoleName("postgres"));

        assertThat(explained(read.statement().sql(), read.statement().values()))
                .contains("Index Cond: (ROW(name, id) > ROW(");
    }

    private String explained(String sql, List<String> values) throws SQLException {
        var literals = values.stream().map(value -> "'" + value + "'").collect(Collectors.joining(","));
        try (var session = ledger.session();
                var statement = session.createStatement()) {
            statement.execute("PREPARE page AS " + sql);
            var lines = new ArrayList<String>();
            try (var rows = statement.executeQuery("EXPLAIN EXECUTE page(" + literals + ")")) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            return String.join("\n", lines);
        }
    }

    // Offset pages have no key of their own at the end; a cursor's goes the way of the last term.
    private static String completed(String question) {
        var order = question.replaceFirst("&.*", "");
        var key = order.substring(order.lastIndexOf(',') + 1).contains(".desc") ? ",id.desc" : ",id";
        return question.contains("id") ? question : order + key + question.substring(order.length());
    }

    private List<Integer> walk(String question) {
        var ids = new ArrayList<Integer>();
        var path = question + (question.endsWith("&") ? "" : "&") + MARK;
        while (!path.isEmpty()) {
            var page = ledger.get(path);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            ids.addAll(ids(page));
            path = next(page);
        }
        return ids;
    }

    /** Returns the next page's path below the data API, or nothing. */
    private String next(Answer page) {
        var link = page.header("Link");
        return link == null ? "" : link.substring(link.indexOf("/rest/v1/") + "/rest/v1/".length(), link.indexOf('>'));
    }

    private static List<Integer> ids(Answer page) {
        var rows = RunningApp.json(page.body().getBytes(StandardCharsets.UTF_8));
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.get("id").intValue())
                .toList();
    }
}
