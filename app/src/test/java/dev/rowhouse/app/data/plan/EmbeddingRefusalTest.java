package dev.rowhouse.app.data.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryError.Kind;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Films;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.tenancy.CallerClass;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class EmbeddingRefusalTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            films?select=id,addresses(id)                    | PGRST200 |
            films?select=id,director(id)                     | PGRST200 | did you mean 'directors'?
            films?select=id,directors!specs_film(id)         | PGRST200 | did you mean 'directors'?
            directors?select=id,director_id(id)              | PGRST200 |
            employees?select=id,employees!employees(id)      | PGRST200 | did you mean 'employees'?
            orders?select=id,addresses(city)                 | PGRST201 | name one of the following instead of 'addresses': 'addresses!billing', 'addresses!shipping'
            films?select=id&order=directors(id)              | PGRST108 |
            films?select=id,actors(id)&order=actors(id)      | PGRST118 |
            films?select=id,actors()&actors=eq.1             | PGRST120 |
            films?select=id,actors()&actors=is.true          | PGRST120 |
            films?select=id,actors()&or=(actors.gt.1,id.eq.1)| PGRST120 |
            directors?select=id,...films(count())            | PGRST127 |
            films?select=id::regclass                        | 42704    |
            films?select=id::nothing                         | 42704    |
            films?select=count()::pg_class                   | 42704    |
            films?select=year,count()&order=id               | 42803    |
            films?select=year,count()&order=count            | 42703    |
            films?title=fts(pg_catalog.english).x            | PGRST100 |
            films?title=fts(a-b).x                           | PGRST100 |
            films?select=id,directors(nothing)               | 42703    |
            films?select=id,actors(id)&actors.nothing=eq.1   | 42703    |
            films?year=match.x                               | 42883    |
            films?year=cs.{1}                                | 42883    |
            films?title=ov.{1}                               | 42883    |
            films?tags=sl.{1}                                | 42883    |
            films?tags=eq(any).{a}                           | 42883    |
            films?tags=fts.a                                 | 42883    |
            films?notes=ov.{a}                               | 42883    |
            films?select=id,actors(id),actors(last_name)     | PGRST100 |
            """)
    void whatHasNoMeaningIsRefused(String address, String code, String hint) {
        var error = catchThrowableOfType(QueryError.class, () -> read(address));

        assertThat(error.code()).isEqualTo(code);
        if (hint != null) {
            assertThat(error.hint()).isEqualTo(hint);
        }
    }

    @Test
    void ofSeveralRelationshipsEachIsDescribed() {
        var error = catchThrowableOfType(QueryError.class, () -> read("orders?select=addresses(city)"));

        assertThat(error.kind()).isEqualTo(Kind.AMBIGUOUS);
        assertThat(new JsonMapper().readTree(error.details())).isEqualTo(new JsonMapper().readTree("""
                        [{"cardinality": "many-to-one", "embedding": "orders with addresses",
                          "relationship": "billing using orders(billing_address_id) and addresses(id)"},
                         {"cardinality": "many-to-one", "embedding": "orders with addresses",
                          "relationship": "shipping using orders(shipping_address_id) and addresses(id)"}]"""));
    }

    @Test
    void embeddingsAreNeitherTooDeepNorTooMany() {
        assertThat(read("employees?select=" + nested(10)).rows().outputs()).hasSize(1);
        assertThat(catchThrowableOfType(QueryError.class, () -> read("employees?select=" + nested(11)))
                        .code())
                .isEqualTo("PGRST100");
        assertThat(catchThrowableOfType(QueryError.class, () -> read("films?select=" + many(51)))
                        .code())
                .isEqualTo("PGRST100");
        assertThat(read("films?select=" + many(50)).rows().outputs()).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "directors?select=id",
                "directors?select=id,films()",
                "directors?select=id::text,roles:id",
                "orders?select=amount.sum(),billing(city)",
                "actors?select=id,roles(character)&roles=not.is.null"
            })
    void whatRunsNoCodeOfTheBlueprintIsCallerIndependent(String address) {
        assertThat(read(address).callerIndependent()).as(address).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "directors?select=id,films(id)",
                "directors?select=id,films!inner()",
                "directors?select=id,...films(id)",
                "directors?select=full_name",
                "directors?full_name=eq.x",
                "directors?order=full_name",
                "directors?select=full_name.max()",
                "directors?select=newest(id)",
                "directors?select=id,newest()&newest=is.null",
                "directors?select=x:id::genre",
                "directors?select=x:id.max()::genre",
                "directors?select=count()::color",
                "actors?select=films(id)",
                "actors?select=id,roles(id:actor_id,films(id))"
            })
    void whatMayRunCodeOfTheBlueprintIsNotCallerIndependent(String address) {
        assertThat(read(address).callerIndependent()).as(address).isFalse();
    }

    private static String nested(int depth) {
        return depth == 0 ? "id" : "employees(" + nested(depth - 1) + ")";
    }

    private static String many(int count) {
        var items = new StringBuilder();
        for (int i = 0; i < count; i++) {
            items.append(i == 0 ? "" : ",").append("a").append(i).append(":roles(character)");
        }
        return items.toString();
    }

    private static ReadPlan read(String address) {
        var parts = address.strip().split("[?]", 2);
        return Planner.read(
                QueryParser.read(parts[0], Sample.parameters(parts[1]), List.of()), Films.CATALOG, CallerClass.ANON);
    }
}
