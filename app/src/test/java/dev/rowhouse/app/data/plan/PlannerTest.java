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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            thing | id=eq.7                                  | true
            thing | select=id,label:name&id=eq.7&order=name  | true
            thing | id=eq.7&limit=1                          | true
            thing | id=eq.7&name=eq.x                        | false
            thing | id=eq.7&id=eq.8                          | false
            thing | id=not.eq.7                              | false
            thing | id=gt.7                                  | false
            thing | id=in.(7)                                | false
            thing | id=eq(any).{7}                           | false
            thing | or=(id.eq.7,id.eq.8)                     | false
            thing | name=eq.x                                | false
            thing | notes->a=eq.7                            | false
            thing | select=id::text&id=eq.7                  | false
            thing | select=notes->a&id=eq.7                  | false
            thing | select=count()&id=eq.7                   | false
            thing | id=eq.7&order=notes->a                   | false
            thing | limit=1                                  | false
            seen  | id=eq.7                                  | false
            """)
    void aReadByKeyFindsOneRowOfATableByItsPrimaryKeyAndShowsColumns(String relation, String query, boolean byKey) {
        assertThat(read(relation, query, CallerClass.SERVICE).isByKey()).isEqualTo(byKey);
    }

    @Test
    void aReadThatIsCountedOrDependsOnTheCallerIsNotByKey() {
        var counted = QueryParser.read("thing", Sample.parameters("id=eq.7"), List.of("count=exact"));
        assertThat(Planner.read(counted, Sample.CATALOG, CallerClass.SERVICE).isByKey())
                .isFalse();
        var plan = read("thing", "id=eq.7", CallerClass.SERVICE);
        assertThat(new ReadPlan(plan.rows(), plan.count(), false).isByKey()).isFalse();
    }

    private static ReadPlan read(String relation, String query, CallerClass callerClass) {
        return Planner.read(
                QueryParser.read(relation, Sample.parameters(query), List.of()), Sample.CATALOG, callerClass);
    }
}
