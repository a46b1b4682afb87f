package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.query.Preferences.Returning;
import dev.rowhouse.app.data.sample.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParserTest {

    private static final Operand A = Operand.of("a");

    @Test
    void aQueryIsReadInItsParts() {
        var query = read("select=a, b:c ,*&order=a.desc.nullslast,b.nullsfirst,c&limit=10&offset=5");

        assertThat(query)
                .isEqualTo(new ReadQuery(
                        "thing",
                        new Selection(
                        List.of(
                                SelectItem.Single.of(A, null),
                                SelectItem.Single.of(Operand.of("c"), "b"),
                                new SelectItem.All()),
                        List.of(),
                        List.of(
                                new OrderTerm(null, A, OrderTerm.Direction.DESC, OrderTerm.Nulls.LAST),
                                new OrderTerm(null, Operand.of("b"), null, OrderTerm.Nulls.FIRST),
                                new OrderTerm(null, Operand.of("c"), null, null)),
                        new Page(10, 5)),
                        Preferences.NONE));
    }

    @Test
    void aValueAtTheTopIsEverythingThatIsLeft() {
        assertThat(read("a=eq.\"x\",(y).not.z").selection().filters())
                .containsExactly(new Filter.Comparison(A, Filter.Comparator.EQ, "\"x\",(y).not.z"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            (1,2)             | 1;2
            ("a,b",c d)       | a,b;c d
            ("a\\"b","c\\\\d") | a"b;c\\d
            ("a"b,c)          | "a"b;c
            (,x)              | ;x
            ("")              | ''
            """)
    void listsAreReadAsTheDialectQuotesThem(String list, String values) {
        var expected = values.equals("''") ? List.of("") : List.of(values.split(";", -1));

        assertThat(read("a=in." + list).selection().filters()).containsExactly(new Filter.In(A, expected));
    }

    @Test
    void groupsNest() {
        assertThat(read("or=(a.eq.1,not.and(a.gt.2,a.in.(3,4)),a.not.is.null,a.eq.\"x,)\",a.eq.{5,6})")
                        .selection()
                        .filters())
                .containsExactly(new Filter.Or(List.of(
                        new Filter.Comparison(A, Filter.Comparator.EQ, "1"),
                        new Filter.Not(new Filter.And(List.of(
                                new Filter.Comparison(A, Filter.Comparator.GT, "2"),
                                new Filter.In(A, List.of("3", "4"))))),
                        new Filter.Not(new Filter.Is(A, Filter.Truth.NULL)),
                        new Filter.Comparison(A, Filter.Comparator.EQ, "x,)"),
                        new Filter.Comparison(A, Filter.Comparator.EQ, "{5,6}"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            a=foo.1             | PGRST100 | position 1 of parameter 'a': found 'foo'
            a=eq                | PGRST100 | position 3 of parameter 'a': found the end, expected '.'
            a=not.not.eq.1      | PGRST100 | position 5 of parameter 'a': found 'not'
            a=                  | PGRST100 | position 1 of parameter 'a': found ''
            a=is.nothing        | PGRST100 | position 4 of parameter 'a': found 'nothing'
            a=in.1,2            | PGRST100 | position 4 of parameter 'a': found '1', expected '('
            a=in.(1,2           | PGRST100 | position 8 of parameter 'a': found the end, expected ')'
            a=in.(1)x           | PGRST100 | position 7 of parameter 'a': found 'x', expected the end
            a->b=eq.1           | PGRST100 | paths into JSON are not supported
            films.a=eq.1        | PGRST108 | position 6
            =eq.1               | PGRST100 | expected a name
            "a=eq.1             | PGRST100 | the quoted name does not end
            and=()              | PGRST100 | position 2 of parameter 'and'
            and=(a.eq.1         | PGRST100 | the value does not end before its group does
            and=(a.eq.1)x       | PGRST100 | expected the end
            or=a.eq.1           | PGRST100 | position 1 of parameter 'or'
            order=a.up          | PGRST100 | position 3 of parameter 'order': found 'up'
            order=a.desc.asc    | PGRST100 | position 8 of parameter 'order'
            order=a,            | PGRST100 | position 3 of parameter 'order'
            order=(select 1)    | PGRST100 | position 1 of parameter 'order': found '('
            select=a,,b         | PGRST100 | position 3 of parameter 'select'
            select=a(b)         | PGRST100 | position 2 of parameter 'select'
            select=a::text      | PGRST100 | position 2 of parameter 'select'
            limit=-1            | PGRST100 | position 1 of parameter 'limit'
            limit=1e9           | PGRST100 | position 2 of parameter 'limit'
            limit=              | PGRST100 | position 1 of parameter 'limit'
            limit=1001          | PGRST103 | parameter 'limit'
            limit=99999999999999999999 | PGRST100 | parameter 'limit'
            offset=-1           | PGRST100 | position 1 of parameter 'offset'
            """)
    void aMalformedParameterIsRefusedWithItsPosition(String query, String code, String details) {
        var error = catchThrowableOfType(QueryError.class, () -> read(query));

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.details()).contains(details);
    }

    @Test
    void theLimitsMaximumIsSaid() {
        assertThat(catchThrowableOfType(QueryError.class, () -> read("limit=1001"))
                        .text())
                .isEqualTo("limit is 1001 (maximum: 1000)");
    }

    @Test
    void aParameterOfThePageIsGivenOnce() {
        assertThat(catchThrowableOfType(QueryError.class, () -> read("limit=1&limit=2"))
                        .text())
                .isEqualTo("parameter 'limit' is given more than once");
    }

    @Test
    void aNulCharacterIsRefused() {
        var error = catchThrowableOfType(
                QueryError.class, () -> QueryParser.read("thing", List.of(Map.entry("a", "eq.x\0")), List.of()));

        assertThat(error.details()).startsWith("position 5 of parameter 'a'");
    }

    @Test
    void deepNestingIsRefused() {
        var error = catchThrowableOfType(
                QueryError.class, () -> read("or=" + "(and".repeat(5_000) + "(a.eq.1" + ")".repeat(5_001)));

        assertThat(error.details()).contains("nested deeper than 64");
    }

    @Test
    void aChangeHasNoPage() {
        assertThat(catchThrowableOfType(
                                QueryError.class,
                                () -> QueryParser.change("thing", Sample.parameters("limit=1"), List.of()))
                        .text())
                .isEqualTo("parameter 'limit' is not supported when updating or deleting");
    }

    @Test
    void preferencesAreReadAndTheAppliedOnesKept() {
        assertThat(Preferences.parse(List.of("return=representation, count=exact", "foo, return=minimal")))
                .isEqualTo(new Preferences(
                        Preferences.Count.EXACT,
                        Returning.REPRESENTATION,
                        null,
                        false,
                        false,
                        false,
                        null,
                        null,
                        List.of("return=representation", "count=exact")));
    }

    @Test
    void strictHandlingRefusesWhatIsUnknown() {
        var error = catchThrowableOfType(
                QueryError.class, () -> Preferences.parse(List.of("handling=strict, foo, count=planned")));

        assertThat(error.code()).isEqualTo("PGRST122");
        assertThat(error.details()).isEqualTo("Invalid preferences: foo, count=planned");
    }

    private static ReadQuery read(String query) {
        return QueryParser.read("thing", Sample.parameters(query), List.of());
    }
}
