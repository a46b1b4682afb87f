package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.plan.KeysetPlan;
import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Films;
import dev.rowhouse.app.data.sample.OwnWords;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sample.SampleHouse;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.RoleName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KeysetTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final RoleName ROLE = new RoleName("postgres");

    private static SampleHouse house;

    @BeforeAll
    static void build() throws SQLException {
        house = SampleHouse.ofFilms();
        house.execute(
                "INSERT INTO " + house.schema().quoted() + ".films (id, director_id, title, year, rating, notes, tint) "
                        + "SELECT 100 + i, nullif(i % 5, 4) % 3 + 1, nullif('title ' || i % 7, 'title 3'), nullif(1990 + i % 4, 1991), "
                        + "i % 3, CASE WHEN i % 2 = 0 THEN jsonb_build_object('a', i % 6) END, i % 3 FROM generate_series(1, 60) AS i");
    }

    @AfterAll
    static void close() throws SQLException {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select=title,id",
                "order=id",
                "order=id.desc",
                "order=year",
                "order=year.desc",
                "order=year.nullsfirst,title.desc",
                "order=year.desc.nullslast,title.asc.nullsfirst",
                "order=title,year.desc,id.desc",
                "order=notes->a.desc,rating",
                "order=notes->>a.nullsfirst",
                "order=label.desc",
                "order=tint,rating.desc",
                "order=directors(last_name).desc.nullslast,year",
                "order=year&year=gt.1990&select=title,directors(last_name)",
                "select=*&order=t,year",
                "select=title,...directors(last_name)&order=title"
            })
    void pagesFollowEachOtherWithoutGapOrRepetition(String query) throws SQLException {
        var whole = query.contains("select=") ? query : "select=id&" + query;
        var embedded = whole.contains("directors(") && !whole.contains(",directors")
                ? whole.replace("select=id&", "select=id,directors(last_name)&")
                : whole;
        for (int size : new int[] {1, 7}) {
            var rows = new ArrayList<String>();
            var keys = new ArrayList<String>();
            @Nullable List<@Nullable String> after = null;
            do {
                var statement = SqlWriter.read(
                                plan(embedded + "&limit=" + size, after), Rendering.JSON, house.schema(), ROLE)
                        .statement();
                OwnWords.require(statement);
                var page = house.rows(statement);
                assertThat(page.size()).isLessThanOrEqualTo(size);
                rows.addAll(page);
                var next = JSON.readTree(house.rows(statement, 2).getFirst()).get("next");
                after = next.isNull() ? null : texts(next);
                keys.add(next.toString());
            } while (after != null);

            var all = plan(embedded, null);
            assertThat(rows)
                    .containsExactlyElementsOf(house.rows(SqlWriter.read(all, Rendering.JSON, house.schema(), ROLE)
                            .statement()));
            assertThat(keys).doesNotHaveDuplicates();
        }
    }

    @Test
    void columnsThatAreNeverNullAreComparedAsOneRow() {
        var statement = SqlWriter.read(
                        Planner.keyset(
                                QueryParser.read(
                                        "roles", Sample.parameters("order=actor_id&limit=5"), List.of("count=exact")),
                                List.of("7", "8"),
                                Films.CATALOG,
                                CallerClass.SERVICE),
                        Rendering.JSON,
                        house.schema(),
                        ROLE)
                .statement();

        assertThat(statement.sql())
                .contains(" WHERE (t.\"actor_id\", t.\"film_id\") > ($2::pg_catalog.\"int4\", $3::pg_catalog.\"int4\") "
                        + "ORDER BY t.\"actor_id\", t.\"film_id\" LIMIT 5)")
                .contains("json_build_object('total', (SELECT count(*) FROM "
                        + house.schema().quoted() + ".\"roles\" AS t), ");
    }

    @Test
    void anEmptyPageStillHasItsHead() throws SQLException {
        var plan = Planner.keyset(
                QueryParser.read("films", Sample.parameters("select=id&id=eq.0"), List.of("count=exact")),
                null,
                Films.CATALOG,
                CallerClass.SERVICE);

        var statement =
                SqlWriter.read(plan, Rendering.JSON, house.schema(), ROLE).statement();

        assertThat(house.rows(statement)).isEmpty();
        assertThat(house.rows(statement, 2)).containsExactly("{\"total\" : 0, \"next\" : null}");
    }

    @Test
    void aPageIsRenderedAsCsvWithItsNamesOnce() throws SQLException {
        var statement = SqlWriter.read(
                        plan("select=id,title&order=id&limit=2", null), Rendering.CSV, house.schema(), ROLE)
                .statement();

        assertThat(house.rows(statement)).containsExactly("id,title\n1,\"Pulp Fiction\"", "2,\"Reservoir Dogs\"");
    }

    @Test
    void aCursorOfAnotherOrderAndRowsWithoutAKeyAreRefused() {
        assertThat(catchThrowableOfType(QueryError.class, () -> plan("order=year", List.of("1")))
                        .code())
                .isEqualTo("PGRST100");
        assertThat(catchThrowableOfType(QueryError.class, () -> plan("select=year,count()", null))
                        .code())
                .isEqualTo("PGRST100");
    }

    private static List<@Nullable String> texts(JsonNode array) {
        var texts = new ArrayList<@Nullable String>();
        array.forEach(text -> texts.add(text.isNull() ? null : text.stringValue()));
        return texts;
    }

    private static KeysetPlan plan(String query, @Nullable List<@Nullable String> after) {
        return Planner.keyset(
                QueryParser.read("films", Sample.parameters(query.replaceAll("&$", "")), List.of()),
                after,
                Films.CATALOG,
                CallerClass.SERVICE);
    }
}
