package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.shard.Read;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlWriterTest {

    private static final HouseId HOUSE = new HouseId("abcdefghijklmnop");

    @Test
    void aReadChecksItsRoleAndAnswersInJson() {
        var read = read("select=id,label:name&id=eq.7&order=name.desc.nullslast,id&limit=20&offset=40");

        assertThat(read.statement().sql()).isEqualTo("""
                SELECT answer.body, current_user FROM (SELECT WHERE current_user = 'h_abcdefghijklmnop_a') AS caller \
                LEFT JOIN LATERAL (SELECT row_to_json(r.*) AS body FROM (SELECT t."id", t."name" AS "label" \
                FROM "h_abcdefghijklmnop"."thing" AS t WHERE t."id" = $1::pg_catalog."int4" \
                ORDER BY t."name" DESC NULLS LAST, t."id" LIMIT 20 OFFSET $2::pg_catalog."int8") \
                AS r) AS answer ON true""");
        assertThat(read.statement().values()).containsExactly("7", "40");
        assertThat(read.callerIndependent()).isTrue();
        assertThat(read.headed()).isFalse();
    }

    @Test
    void aReadWithoutASelectionTakesTheRowAsItIs() {
        assertThat(read("id=gt.7&limit=1").statement().sql()).isEqualTo("""
                SELECT answer.body FROM (SELECT WHERE current_user = 'h_abcdefghijklmnop_a') AS caller \
                LEFT JOIN LATERAL (SELECT row_to_json(t.*) AS body FROM "h_abcdefghijklmnop"."thing" AS t \
                WHERE t."id" > $1::pg_catalog."int4" LIMIT 1) AS answer ON true""");
    }

    @Test
    void aReadWithoutAValueBindsItsRoleSoThatItIsPrepared() {
        var statement = read("select=id&limit=20").statement();

        assertThat(statement.sql())
                .startsWith("SELECT answer.body FROM (SELECT WHERE current_user = $1::pg_catalog.\"name\") AS caller ");
        assertThat(statement.values())
                .containsExactly(HOUSE.role(CallerClass.ANON).value());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            id=neq.7               | t."id" <> $1::pg_catalog."int4"                             | 7
            price=gte.1.5          | t."price" >= $1::pg_catalog."numeric"                       | 1.5
            name=like.A*B          | t."name" LIKE $1::pg_catalog."text"                         | A%B
            name=not.ilike.a*      | NOT (t."name" ILIKE $1::pg_catalog."text")                  | a%
            id=in.(1,2)            | t."id" = ANY ($1::pg_catalog."int4"[])                      | {"1","2"}
            name=in.("a,b","c\\"d")| t."name" = ANY ($1::pg_catalog."text"[])                    | {"a,b","c\\"d"}
            id=in.()               | t."id" = ANY ($1::pg_catalog."int4"[])                      | {}
            mood=eq.sad            | t."mood" = $1::"h_abcdefghijklmnop"."mood"                  | sad
            tags=eq.{a,b}          | t."tags" = $1::pg_catalog."text"[]                          | {a,b}
            or=(id.eq.1,not.and(name.eq.x,id.is.null)) | (t."id" = $1::pg_catalog."int4" OR NOT ((t."name" = $2::pg_catalog."text" AND t."id" IS NULL))) | 1;x
            id=gt.1&id=lt.5        | (t."id" > $1::pg_catalog."int4" AND t."id" < $2::pg_catalog."int4") | 1;5
            active=is.unknown      | t."active" IS UNKNOWN                                       | h_abcdefghijklmnop_a
            name=is.not_null       | t."name" IS NOT NULL                                        | h_abcdefghijklmnop_a
            name=not.is.null       | NOT (t."name" IS NULL)                                      | h_abcdefghijklmnop_a
            "we\\"ird, col.umn"=eq.x | t."we""ird, col.umn" = $1::pg_catalog."text"              | x
            """)
    void filtersBecomeConditionsWithBoundValues(String query, String condition, String values) {
        var statement = read(query.strip()).statement();

        assertThat(statement.sql()).contains(" WHERE " + condition.strip() + " LIMIT ");
        assertThat(statement.values()).containsExactly(values.strip().split(";"));
    }

    @Test
    void aCountedReadCountsWithTheFilterAndWithoutThePage() {
        var plan = Planner.read(
                QueryParser.read("thing", Sample.parameters("select=id&id=gt.1&limit=2"), List.of("count=exact")),
                Sample.CATALOG,
                CallerClass.ANON);

        var read = SqlWriter.read(plan, HOUSE.schema(), HOUSE.role(CallerClass.ANON));

        assertThat(read.headed()).isTrue();
        assertThat(read.statement().sql())
                .startsWith("SELECT answer.body, total.head FROM")
                .contains("""
                CROSS JOIN LATERAL (SELECT json_build_object('total', (SELECT count(*) \
                FROM "h_abcdefghijklmnop"."thing" AS t WHERE t."id" > $1::pg_catalog."int4")) AS head) AS total""");
        assertThat(read.statement().values()).containsExactly("1", "1");
    }

    @Test
    void equalShapesHaveEqualTexts() {
        assertThat(read("id=in.(1,2,3)&name=eq.a&offset=1").statement().sql())
                .isEqualTo(read("id=in.(4)&name=eq.b&offset=9").statement().sql());
    }

    private static Read read(String query) {
        var plan = Planner.read(
                QueryParser.read("thing", Sample.parameters(query), List.of()), Sample.CATALOG, CallerClass.ANON);
        return SqlWriter.read(plan, HOUSE.schema(), HOUSE.role(CallerClass.ANON));
    }
}
