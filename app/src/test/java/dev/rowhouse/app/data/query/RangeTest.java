package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.sample.Sample;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", emptyValue = "", textBlock = """
            0-24       | ''                | 25   | 0
            items=0-24 | ''                | 25   | 0
            10-        | ''                | -    | 10
            5-5        | ''                | 1    | 5
            0-9        | limit=10&offset=5 | 5    | 5
            10-        | limit=10&offset=5 | 5    | 10
            0-99       | limit=10&offset=5 | 10   | 5
            7-8        | limit=10&offset=5 | 2    | 7
            3-8        | offset=5          | 4    | 5
            2-8        | limit=5           | 3    | 2
            0-4999     | ''                | 1000 | 0
            9-5        | limit=0           | 0    | 0
            -          | limit=3           | 3    | 0
            bytes=0-5  | limit=3           | 3    | 0
            -5         | limit=3           | 3    | 0
            a-b        | limit=3           | 3    | 0
            1-2-3      | limit=3           | 3    | 0
            0-5,7-9    | limit=3           | 3    | 0
            99999999999999999999-  | limit=3 | 3  | 0
            """)
    void aRangeIsAPartOfThePage(String range, String query, Integer limit, long offset) {
        assertThat(read(query, range)).isEqualTo(new Page(limit, offset));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5-2   |                  | The lower boundary must be lower than or equal to the upper boundary in the Range header.
            0-4   | offset=5         | The range of the Range header lies outside of limit and offset.
            10-20 | limit=5&offset=5 | The range of the Range header lies outside of limit and offset.
            10-   | limit=5&offset=5 | The range of the Range header lies outside of limit and offset.
            """)
    void aRangeThatCannotBeIsNotSatisfiable(String range, String query, String details) {
        var error = catchThrowableOfType(QueryError.class, () -> read(query == null ? "" : query, range));

        assertThat(error.kind()).isEqualTo(QueryError.Kind.NOT_SATISFIABLE);
        assertThat(error.code()).isEqualTo("PGRST103");
        assertThat(error.text()).isEqualTo("Requested range not satisfiable");
        assertThat(error.details()).isEqualTo(details);
    }

    @Test
    void aCallHasARangeByGetOnly() {
        assertThat(page(true)).isEqualTo(new Page(3, 2));
        assertThat(page(false)).isEqualTo(Page.ALL);
    }

    private static Page page(boolean byGet) {
        return QueryParser.call("fn", Set.of(), byGet, List.of(), List.of(), "2-4", Limits.STANDARD)
                .selection()
                .page();
    }

    private static Page read(String query, String range) {
        return QueryParser.read("thing", Sample.parameters(query), List.of(), range, Limits.STANDARD)
                .selection()
                .page();
    }
}
