package dev.rowhouse.tenancy.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a statement ends is known by the lexer, never by looking for semicolons. */
class SqlSplitterTest {

    private static final int TRIES = 1_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ';'",
                "SELECT 'it''s; fine'",
                "SELECT E'\\';'",
                "SELECT e'\\\\'",
                "SELECT U&';'",
                "SELECT U&\"a;b\"",
                "SELECT \"a;\"\"b;\"",
                "SELECT $$;$$",
                "SELECT $a$; $$ ; $b$ $a$",
                "SELECT $ä$;$ä$",
                "-- ;\nSELECT 1",
                "/* ; /* ; */ ; */ SELECT 1",
                "SELECT a$1$b",
                "SELECT 1 /* open ;",
                "SELECT 'open ;",
                "SELECT $x$ open ;",
                "CREATE RULE r AS ON INSERT TO a DO (DELETE FROM b; DELETE FROM c)",
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
                "create or replace procedure p() begin atomic insert into a values (1); end",
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN 1; END $f$"
            })
    void isOneStatement(String sql) {
        assertThat(statements(sql)).hasSize(1);
        assertThat(statements(sql + (sql.contains("open") ? "" : "; SELECT 2"))).hasSize(sql.contains("open") ? 1 : 2);
    }

    @Test
    void takesTheWordsBeginAndEndForWhatTheyAreElsewhere() {
        assertThat(statements("SELECT begin FROM a; SELECT CASE WHEN true THEN 1 END; SELECT 1"))
                .hasSize(3);
    }

    @Test
    void aBackslashEscapesInAnEscapeStringOnly() {
        assertThat(statements("SELECT '\\'; SELECT 1")).hasSize(2);
        assertThat(statements("SELECT E'\\'; SELECT 1")).hasSize(1);
        assertThat(statements("SELECT name'x'; SELECT type'\\'; SELECT 1")).hasSize(3);
    }

    @Test
    void aDollarInsideAWordQuotesNothing() {
        assertThat(statements("SELECT a$b$; SELECT c$b$")).hasSize(2);
        assertThat(statements("SELECT $1; SELECT $2")).hasSize(2);
    }

    @Test
    void placesCountLinesAndCharacters() {
        var file = new SqlFile("a.sql", "SELECT 1;\r\n  -- x\n  SELECT 'ä😀', oops;");
        var second = SqlSplitter.split(file).get(1);

        assertThat(second.position()).isEqualTo(new SourcePosition("a.sql", 3, 3));
        int oops = second.text().codePointCount(0, second.text().indexOf("oops")) + 1;
        assertThat(second.position(oops)).isEqualTo(new SourcePosition("a.sql", 3, 16));
        assertThat(second.position(0)).isEqualTo(second.position());
        assertThat(second.position(9_999).line()).isEqualTo(3);
    }

    @Test
    void spaceAndCommentsAreNoStatement() {
        assertThat(SqlSplitter.split(new SqlFile("a.sql", "SELECT 1; -- end\n"))
                        .get(1)
                        .isEmpty())
                .isTrue();
        assertThat(SqlSplitter.split(new SqlFile("a.sql", ""))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("fragments")
    void statementsTogetherAreTheFile(String sql) {
        var file = new SqlFile("a.sql", sql);
        var together = new StringBuilder();
        SqlSplitter.split(file).forEach(statement -> together.append(statement.text()));
        assertThat(together).hasToString(sql);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void tokensTogetherAreTheText(String sql) {
        int at = 0;
        for (var token : SqlLexer.tokens(sql)) {
            assertThat(token.start()).isEqualTo(at);
            assertThat(token.end()).isGreaterThan(at);
            at = token.end();
        }
        assertThat(at).isEqualTo(sql.length());
    }

    @ParameterizedTest
    @MethodSource("contents")
    void noLiteralIsSplit(String content) {
        for (var literal : List.of(
                "'" + content.replace("'", "''") + "'",
                "E'" + content.replace("\\", "\\\\").replace("'", "\\'") + "'",
                "\"x" + content.replace("\"", "\"\"") + "\"",
                "$q$" + content.replace("$", "") + "$q$",
                "/*" + content.replace("*", "").replace("/", "") + "*/ 1")) {
            assertThat(statements("SELECT " + literal + "; SELECT 2")).hasSize(2);
        }
    }

    static Stream<String> fragments() {
        return drawn(
                40,
                ";",
                "'",
                "\"",
                "$$",
                "$a$",
                "--",
                "\n",
                "/*",
                "*/",
                "E'",
                "\\",
                "BEGIN",
                " ",
                "END",
                "CASE",
                "(",
                ")",
                "CREATE FUNCTION f() ",
                "BEGIN ATOMIC ",
                "$1",
                "ä",
                "😀",
                "U&'",
                "x");
    }

    static Stream<String> contents() {
        return drawn(20, ";", "'", "\"", "$", "--", "\n", "/", "*", "\\", "BEGIN", " ", "END", "a", "ä");
    }

    static Stream<String> texts() {
        var random = new Random(11);
        return Stream.generate(() -> random.ints(random.nextInt(30), 1, 0xFFFF)
                        .collect(StringBuilder::new, (text, unit) -> text.append((char) unit), StringBuilder::append)
                        .toString())
                .limit(TRIES);
    }

    private static Stream<String> drawn(int most, String... pieces) {
        var random = new Random(7);
        return Stream.generate(() -> random.ints(random.nextInt(most + 1), 0, pieces.length)
                        .mapToObj(piece -> pieces[piece])
                        .collect(Collectors.joining()))
                .limit(TRIES);
    }

    private static List<SqlStatement> statements(String sql) {
        return SqlSplitter.split(new SqlFile("a.sql", sql));
    }
}
