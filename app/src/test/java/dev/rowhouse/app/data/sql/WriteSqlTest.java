package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.body.JsonBody;
import dev.rowhouse.app.data.plan.ChangePlan;
import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.WritePlanner;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.shard.Write;
import dev.rowhouse.tenancy.shard.Write.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteSqlTest {

    private static final HouseId HOUSE = new HouseId("abcdefghijklmnop");
    private static final InsertPlan PLAIN =
            new InsertPlan(Sample.THING, List.of(), false, null, Condition.NONE, null, true);

    private static final String ORIGIN = "r-1 00-ab-cd-01 {}";

    @Test
    void anInsertTakesItsRowsFromOneJsonParameter() {
        var write = insert("", "return=minimal", "[{\"id\":1,\"tags\":[\"a\"]}]");

        assertThat(write.shape()).isEqualTo(Shape.NOTHING);
        assertThat(write.statement().sql()).isEqualTo("""
                INSERT INTO "h_abcdefghijklmnop"."thing" AS t ("id", "tags") SELECT t."id", t."tags" \
                FROM json_to_recordset($1::pg_catalog."json") AS t ("id" pg_catalog."int4", "tags" pg_catalog."text"[]) \
                WHERE current_user = 'h_abcdefghijklmnop_a' \
                AND (SELECT set_config('rowhouse.origin', $2::pg_catalog."text", true)) IS NOT NULL""");
        assertThat(write.statement().values()).containsExactly("[{\"id\":1,\"tags\":[\"a\"]}]", ORIGIN);
    }

    @Test
    void aPlainWriteChangesNothingUnderAnotherRole() {
        var rows = JsonBody.insert(PLAIN, bytes("{\"id\":1}"));
        var insert = WriteSql.insert(PLAIN, rows, Rendering.JSON, HOUSE.schema(), HOUSE.role(CallerClass.ANON), ORIGIN);
        var everything = new ChangePlan(Sample.THING, Condition.NONE, List.of(), false, null, true);

        assertThat(insert.plain()).isTrue();
        assertThat(insert.statement().sql()).contains(" WHERE current_user = 'h_abcdefghijklmnop_a' AND ");
        assertThat(WriteSql.delete(everything, Rendering.JSON, HOUSE.schema(), HOUSE.role(CallerClass.SERVICE), ORIGIN)
                        .statement()
                        .sql())
                .contains("\"thing\" AS t WHERE current_user = 'h_abcdefghijklmnop_s' AND ");
    }

    @Test
    void aRepresentationIsReadFromTheChangedRows() {
        var write = insert("select=id,label:name", "return=representation", "{\"id\":1}");

        assertThat(write.shape()).isEqualTo(Shape.ROWS);
        assertThat(write.statement().sql())
                .startsWith("WITH changed AS (INSERT INTO ")
                .contains("RETURNING")
                .contains("row_to_json(");
    }

    @Test
    void anUpdateBindsItsBodyBeforeItsFilters() {
        var plan = WritePlanner.update(
                QueryParser.update("thing", Sample.parameters("id=eq.3"), List.of(), Limits.STANDARD),
                Sample.CATALOG,
                CallerClass.ANON);
        var rows = JsonBody.update(plan, bytes("{\"name\":\"x\"}"));

        var statement = WriteSql.update(
                        plan, rows, Rendering.JSON, HOUSE.schema(), HOUSE.role(CallerClass.ANON), ORIGIN)
                .statement();

        assertThat(statement.sql()).startsWith("""
                UPDATE "h_abcdefghijklmnop"."thing" AS t SET "name" = body."name" \
                FROM json_to_record($1::pg_catalog."json") AS body ("name" pg_catalog."text") \
                WHERE """);
        assertThat(statement.values()).containsExactly("{\"name\":\"x\"}", "3", ORIGIN);
    }

    @Test
    void anUpsertNamesItsKeyAndEveryColumnOfTheBody() {
        var write = insert("on_conflict=name", "resolution=merge-duplicates", "{\"id\":1,\"name\":\"x\"}");

        assertThat(write.shape()).isEqualTo(Shape.TALLY);
        assertThat(write.statement().sql()).contains("""
                 ON CONFLICT ("name") DO UPDATE SET "id" = excluded."id", "name" = excluded."name" \
                RETURNING WITH (OLD AS before)""");
        assertThat(insert("", "resolution=ignore-duplicates", "{\"id\":1}")
                        .statement()
                        .sql())
                .endsWith(" ON CONFLICT (\"id\") DO NOTHING");
    }

    @Test
    void rowsThatLackDifferentMembersAreAListOfValues() {
        var write = insert(
                "columns=id,name,tags",
                "missing=default",
                "[{\"id\":1,\"other\":2}, {\"name\":\"x\",\"tags\":[\"a\"]}]");

        assertThat(write.statement().sql()).isEqualTo("""
                INSERT INTO "h_abcdefghijklmnop"."thing" AS t ("id", "name", "tags") \
                VALUES (($1::pg_catalog."json" ->> 'id')::pg_catalog."int4", DEFAULT, DEFAULT), \
                (DEFAULT, ($2::pg_catalog."json" ->> 'name')::pg_catalog."text", \
                (SELECT body."tags" FROM json_to_record($3::pg_catalog."json") AS body ("tags" pg_catalog."text"[])))""");
        assertThat(write.statement().values())
                .containsExactly(
                        "{\"id\":1,\"other\":2}",
                        "{\"name\":\"x\",\"tags\":[\"a\"]}",
                        "{\"name\":\"x\",\"tags\":[\"a\"]}");
    }

    @Test
    void rowsThatLackTheSameMembersAreInsertedWithoutThem() {
        assertThat(insert("columns=id,name,tags", "missing=default", "[{\"id\":1}, {\"id\":2}]")
                        .statement()
                        .sql())
                .contains("(\"id\") SELECT t.\"id\" FROM json_to_recordset(");
    }

    @Test
    void aCopyNamesItsColumns() {
        var columns = Sample.THING.columns().subList(0, 2);

        assertThat(WriteSql.copy(Sample.THING, columns, CopyFormat.CSV, HOUSE.schema()))
                .isEqualTo("COPY \"h_abcdefghijklmnop\".\"thing\" (\"id\", \"name\") FROM STDIN "
                        + "(FORMAT csv, NULL 'NULL')");
    }

    private static Write insert(String query, String prefer, String body) {
        var plan = WritePlanner.insert(
                QueryParser.insert("thing", Sample.parameters(query), List.of(prefer), Limits.STANDARD),
                Sample.CATALOG,
                CallerClass.ANON);
        var rows = JsonBody.insert(plan, bytes(body));
        return WriteSql.insert(plan, rows, Rendering.JSON, HOUSE.schema(), HOUSE.role(CallerClass.ANON), ORIGIN);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
