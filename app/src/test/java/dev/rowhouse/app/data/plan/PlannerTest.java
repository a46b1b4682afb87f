package dev.rowhouse.app.data.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryError.Kind;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.tenancy.CallerClass;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {

    @Test
    void anUnknownRelationIsNotFoundAndTheNearNamesAreSaid() {
        var error = catchThrowableOfType(QueryError.class, () -> read("thingy", "", CallerClass.ANON));

        assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(error.code()).isEqualTo("PGRST205");
        assertThat(error.hint()).isEqualTo("did you mean 'thing'?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            nam=eq.x      | 42703 | did you mean 'name'?
            select=ID     | 42703 | did you mean 'id', 'uid'?
            order=activ   | 42703 | did you mean 'active'?
            zzzzzz=eq.1   | 42703 |
            id=like.a*    | 42883 |
            tags=ilike.a* | 42883 |
            name=is.true  | 42883 |
            tags=in.(a)   | 42883 |
            select=a:id,a:name | PGRST100 |
            """)
    void whatDoesNotFitTheCatalogIsRefused(String query, String code, String hint) {
        var error = catchThrowableOfType(QueryError.class, () -> read("thing", query, CallerClass.ANON));

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.hint()).isEqualTo(hint);
    }

    @Test
    void aRepeatedColumnIsShownOnce() {
        assertThat(read("thing", "select=id,*,id", CallerClass.ANON).rows().outputs())
                .hasSize(Sample.THING.columns().size());
    }

    @Test
    void onlyAReadThatNoPolicyTouchesIsCallerIndependent() {
        assertThat(read("thing", "", CallerClass.ANON).callerIndependent()).isTrue();
        assertThat(read("protected", "", CallerClass.ANON).callerIndependent()).isFalse();
        assertThat(read("protected", "", CallerClass.SERVICE).callerIndependent())
                .isTrue();
        assertThat(read("seen", "", CallerClass.SERVICE).callerIndependent()).isFalse();
    }

    @Test
    void aViewThatPostgresDoesNotChangeTakesNoWrites() {
        var query = QueryParser.insert("seen", List.of(), List.of(), Limits.STANDARD);

        assertThat(catchThrowableOfType(
                                QueryError.class, () -> WritePlanner.insert(query, Sample.CATALOG, CallerClass.ANON))
                        .kind())
                .isEqualTo(Kind.NOT_ALLOWED);
        assertThat(catchThrowableOfType(
                                QueryError.class, () -> WritePlanner.delete(query, Sample.CATALOG, CallerClass.ANON))
                        .kind())
                .isEqualTo(Kind.NOT_ALLOWED);
    }

    private static ReadPlan read(String relation, String query, CallerClass callerClass) {
        return Planner.read(
                QueryParser.read(relation, Sample.parameters(query), List.of()), Sample.CATALOG, callerClass);
    }
}
