package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.plan.Source;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Films;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sample.SampleHouse;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingSqlTest {

    private static final HouseId HOUSE = new HouseId("abcdefghijklmnop");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            films?select=id,directors(id)  | (SELECT row_to_json(r1.*) FROM (SELECT t2."id" FROM "house"."directors" AS t2 WHERE t2."id" = t."director_id") AS r1) AS "directors" FROM
            directors?select=id,films(id)  | (SELECT coalesce(json_agg(r1.*), '[]') FROM (SELECT t2."id" FROM "house"."films" AS t2 WHERE t2."director_id" = t."id" LIMIT 1000) AS r1) AS "films" FROM
            films?select=actors(id)        | FROM "house"."actors" AS t2 CROSS JOIN "house"."roles" AS j3 WHERE j3."film_id" = t."id" AND t2."id" = j3."actor_id" LIMIT 1000
            directors?select=newest(id)    | FROM "house"."newest"(t.*) AS t2 LIMIT 1) AS r1
            directors?select=id,films!inner() | WHERE EXISTS (SELECT FROM "house"."films" AS t1 WHERE t1."director_id" = t."id") LIMIT 1000
            directors?select=id,films()&films=is.null | WHERE NOT (EXISTS (SELECT FROM "house"."films" AS t1 WHERE t1."director_id" = t."id")) LIMIT 1000
            films?select=id,...directors(n:last_name) | SELECT t."id" AS "id", e1.c1 AS "n" FROM "house"."films" AS t LEFT JOIN LATERAL (SELECT t2."last_name" AS c1 FROM "house"."directors" AS t2 WHERE t2."id" = t."director_id") AS e1 ON true
            films?select=id,directors()&order=directors(last_name) | LEFT JOIN LATERAL (SELECT t2."last_name" AS c1 FROM "house"."directors" AS t2 WHERE t2."id" = t."director_id") AS o1 ON true ORDER BY o1.c1 LIMIT 1000
            orders?select=day,amount.sum() | SELECT g.c1 AS "day", sum(g.c2) AS "sum" FROM (SELECT t."day" AS c1, t."amount" AS c2 FROM "house"."orders" AS t) AS g GROUP BY g.c1 LIMIT 1000
            films?select=notes->a'b->>"c\\"d" | ((t."notes") -> 'a''b' ->> 'c"d') AS "c""d"
            films?tint=eq.x                | t."tint" = "house"."filtered"($1::pg_catalog."text")
            """)
    void embeddingsBecomeSubqueries(String address, String part) {
        var sql = SqlWriter.read(plan(address), HOUSE.schema(), HOUSE.role(CallerClass.ANON))
                .statement()
                .sql();

        assertThat(sql.replace(HOUSE.schema().value(), "house")).contains(part);
    }

    @Test
    void aTotalCountsWithTheConditionsOfEmbeddings() throws SQLException {
        try (var house = SampleHouse.ofFilms()) {
            var counted = house.statement("directors", "select=id,films!inner(id)&limit=1", "count=exact");
            var estimated = house.statement("directors", "select=id,films!inner(id)&limit=1", "count=estimated");
            var groups = house.statement("films", "select=year,count()&limit=1", "count=exact");

            assertThat(house.rows(counted, 2)).containsExactly("{\"total\" : 2}");
            assertThat(house.rows(estimated, 2)).containsExactly("{\"total\" : 2}");
            assertThat(house.rows(groups, 2)).containsExactly("{\"total\" : 3}");
        }
    }

    @Test
    void aReadIsExplainedWithItsValues() throws SQLException {
        try (var house = SampleHouse.ofFilms()) {
            var plan = plan("directors?select=id,films(id)&last_name=eq.Varda");

            assertThat(house.rows(SqlWriter.explain(plan, house.schema()).statement()))
                    .singleElement()
                    .asString()
                    .contains("Plan Rows", "films");
            assertThat(house.rows(SqlWriter.estimate(plan, house.schema()).statement()))
                    .singleElement()
                    .asString()
                    .contains("Plan Rows")
                    .doesNotContain("films");
        }
    }

    @Test
    void whatAWriteChangedIsAnsweredLikeARead() throws SQLException {
        try (var house = SampleHouse.ofFilms()) {
            var shown = QueryParser.read(
                            "films",
                            Sample.parameters("select=title,label,directors(last_name),peers(id)&order=title.desc"),
                            List.of())
                    .selection();
            var relation = Objects.requireNonNull(Films.CATALOG.relation("films"));
            var plan = Planner.rows(shown, new Source.Changed(relation), Films.CATALOG, Limits.STANDARD);
            var text = new SqlText(house.schema())
                    .words("WITH changed AS (UPDATE ")
                    .relation(relation);
            RowsSql.returning(plan, text.words(" AS t SET ").name("year").words(" = 2000"));
            RowsSql.answer(plan, Rendering.JSON, text.words(") "));

            assertThat(house.rows(text.statement()))
                    .hasSize(4)
                    .contains(
                            "{\"title\":\"Workers Leaving\",\"label\":\"Workers Leaving (2000)\",\"directors\":{\"last_name\":\"Lumière\"},\"peers\":[]}")
                    .first()
                    .asString()
                    .startsWith("{\"title\":\"Workers Leaving\"");
        }
    }

    @Test
    void aWriteReturnsOnlyWhatItsAnswerNeeds() {
        var relation = Objects.requireNonNull(Films.CATALOG.relation("films"));
        var shown = QueryParser.read("films", Sample.parameters("select=title,directors(id)"), List.of())
                .selection();
        var text = new SqlText(HOUSE.schema());

        RowsSql.returning(Planner.rows(shown, new Source.Changed(relation), Films.CATALOG, Limits.STANDARD), text);

        assertThat(text.toString()).isEqualTo(" RETURNING t.\"director_id\", t.\"title\"");
    }

    @Test
    void aReadUnderAnotherRoleYieldsNoRow() throws SQLException {
        try (var house = SampleHouse.ofFilms()) {
            var plan = plan("directors?select=id,films(id)&id=eq.1");

            assertThat(house.rows(SqlWriter.read(plan, house.schema(), new RoleName("someone"))
                            .statement()))
                    .isEmpty();
            assertThat(house.rows(SqlWriter.read(plan, house.schema(), new RoleName("postgres"))
                            .statement()))
                    .hasSize(1);
        }
    }

    private static ReadPlan plan(String address) {
        var parts = address.strip().split("[?]", 2);
        return Planner.read(
                QueryParser.read(parts[0], Sample.parameters(parts[1]), List.of()), Films.CATALOG, CallerClass.ANON);
    }
}
