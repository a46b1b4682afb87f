package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
    void aCursorIsKeptAsItIs() {
        assertThat(read("after=eyJ4IjoxfQ.c2ln").after()).isEqualTo("eyJ4IjoxfQ.c2ln");
        assertThat(read("limit=1").after()).isNull();
    }

    @Test
    void ofResourcesWithOneNameParametersSpeakOfTheFirst() {
        var select = read("select=a:b(x),a:c(y)&a.limit=1").selection().select();

        assertThat(select)
                .extracting(item -> ((SelectItem.Embedded) item)
                        .embedding()
                        .selection()
                        .page()
                        .limit())
                .containsExactly(1, null);
    }

    private static ReadQuery read(String query) {
        return QueryParser.read("thing", Sample.parameters(query), List.of());
    }
}
