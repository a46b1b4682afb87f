package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sample.SampleHouse;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.RoleName;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What PostgreSQL makes of the rows of the sample. */
class RenderingTest {

    private static SampleHouse house;

    @BeforeAll
    static void open() throws SQLException {
        house = new SampleHouse();
        house.execute("""
                INSERT INTO %1$s.thing (id, name, active, born, tags, notes, "we""ird, col.umn") VALUES
                    (1, 'plain', true, '2020-02-03', '{a,"b c"}', '{"k": "v", "n": null}', 'x'),
                    (2, E'co,mma "quoted" back\\\\slash\\nline (paren)', false, NULL, '{}', NULL, ''),
                    (3, NULL, NULL, NULL, NULL, 'null', NULL)
                """.formatted(house.schema().quoted()));
    }

    @AfterAll
    static void close() throws SQLException {
        house.close();
    }

    @Test
    void aLineOfCsvHasPostgresTextForms() throws SQLException {
        assertThat(csv("select=id,name,active,born,tags,notes&order=id"))
                .containsExactly(
                        "id,name,active,born,tags,notes\n"
                                + "1,plain,t,2020-02-03,\"{a,\"\"b c\"\"}\",\"{\"\"k\"\": \"\"v\"\", \"\"n\"\": null}\"",
                        "2,\"co,mma \"\"quoted\"\" back\\slash\nline (paren)\",f,,{},",
                        "3,,,,,null");
    }

    @Test
    void emptyTextIsNotNull() throws SQLException {
        assertThat(csv("select=id,w:we\"ird, col.umn".replace("w:we\"ird, col.umn", "w:\"we\\\"ird, col.umn\"")
                        + "&id=gt.1&order=id"))
                .containsExactly("id,w\n2,\"\"", "3,");
    }

    @Test
    void theNamesStandOnceAndAreQuoted() throws SQLException {
        assertThat(csv("select=\"we\\\"ird, col.umn\",r&order=id&limit=1"))
                .containsExactly("\"we\"\"ird, col.umn\",r\nx,");
        assertThat(csv("order=id&limit=1&offset=1").getFirst())
                .startsWith("id,name,price,active,born,uid,tags,notes,mood,r,\"we\"\"ird, col.umn\",twice\n2,");
    }

    @Test
    void noRowHasNoLine() throws SQLException {
        assertThat(csv("id=eq.0")).isEmpty();
    }

    @Test
    void nullsAreStrippedAtAnyDepth() throws SQLException {
        assertThat(rows(plan("select=id,name,notes&order=id"), Rendering.STRIPPED))
                .containsExactly(
                        "{\"id\":1,\"name\":\"plain\",\"notes\":{\"k\":\"v\"}}",
                        "{\"id\":2,\"name\":\"co,mma \\\"quoted\\\" back\\\\slash\\nline (paren)\"}",
                        "{\"id\":3}");
    }

    @Test
    void aHeadTellsRowsAndTotalAndBringsNoRow() throws SQLException {
        var plan = Planner.read(
                QueryParser.read("thing", Sample.parameters("limit=2"), List.of("count=exact")),
                Sample.CATALOG,
                CallerClass.SERVICE);
        var read = SqlWriter.headOnly(SqlWriter.read(plan, Rendering.JSON, house.schema(), new RoleName("postgres")));

        assertThat(read.headed()).isTrue();
        assertThat(house.rows(read.statement())).isEmpty();
        assertThat(house.rows(second(read.statement()))).containsExactly("{\"total\" : 3, \"rows\" : 2}");
    }

    @Test
    void anotherRoleHasNoHeadEither() throws SQLException {
        var read = SqlWriter.headOnly(
                SqlWriter.read(plan("limit=2"), Rendering.JSON, house.schema(), new RoleName("someone_else")));

        assertThat(house.rows(second(read.statement()))).isEmpty();
    }

    private static dev.rowhouse.tenancy.shard.Statement second(dev.rowhouse.tenancy.shard.Statement statement) {
        return new dev.rowhouse.tenancy.shard.Statement(
                "SELECT head FROM (" + statement.sql() + ") AS both_columns", statement.values());
    }

    private static List<String> csv(String query) throws SQLException {
        return rows(plan(query), Rendering.CSV);
    }

    private static ReadPlan plan(String query) {
        return Planner.read(
                QueryParser.read("thing", Sample.parameters(query), List.of()), Sample.CATALOG, CallerClass.SERVICE);
    }

    private static List<String> rows(ReadPlan plan, Rendering rendering) throws SQLException {
        return house.rows(SqlWriter.read(plan, rendering, house.schema(), new RoleName("postgres"))
                .statement());
    }
}
