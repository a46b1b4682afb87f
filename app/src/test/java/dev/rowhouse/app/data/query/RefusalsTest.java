package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.sample.Sample;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            a=foo.1             | PGRST100 | position 1 of parameter 'a': found 'foo'
            a=eq                | PGRST100 | position 3 of parameter 'a': found the end, expected '.'
            a=not.not.eq.1      | PGRST100 | position 5 of parameter 'a': found 'not'
            a=                  | PGRST100 | position 1 of parameter 'a': found ''
            a=EQ.1              | PGRST100 | position 1 of parameter 'a': found 'EQ'
            a=eq(some).1        | PGRST100 | position 4 of parameter 'a': found 'some', expected any or all
            a=eq(any.1          | PGRST100 | position 7 of parameter 'a': found '.', expected ')'
            a=neq(any).{1}      | PGRST100 | position 4 of parameter 'a': found '(', expected '.'
            a=is(any).null      | PGRST100 | position 3 of parameter 'a': found '(', expected '.'
            a=in(any).(1)       | PGRST100 | position 3 of parameter 'a': found '(', expected '.'
            a=isdistinct(any).1 | PGRST100 | position 11 of parameter 'a'
            a=fts().x           | PGRST100 | position 5 of parameter 'a': found ')', expected a name
            a=fts(english.x     | PGRST100 | position 12 of parameter 'a': found '.', expected ')'
            a=is.nothing        | PGRST100 | position 4 of parameter 'a': found 'nothing'
            a=is.nullx          | PGRST100 | position 4 of parameter 'a': found 'nullx'
            a=in.1,2            | PGRST100 | position 4 of parameter 'a': found '1', expected '('
            a=in.(1,2           | PGRST100 | position 8 of parameter 'a': found the end, expected ')'
            a=in.(1)x           | PGRST100 | position 7 of parameter 'a': found 'x', expected the end
            a->=eq.1            | PGRST100 | position 4 of parameter 'a->': found the end, expected a key or an index
            a->>-x=eq.1         | PGRST100 | position 6 of parameter 'a->>-x': found 'x', expected a digit
            a->>-7x=eq.1        | PGRST100 | position 7 of parameter 'a->>-7x': found 'x', expected the end of the index
            a->1234567890=eq.1  | PGRST100 | position 4 of parameter 'a->1234567890': the index has more than 9 digits
            a->b.c=eq.1         | PGRST100 | position 5 of parameter 'a->b.c': found '.', expected the end
            films.a=eq.1        | PGRST108 | position 1 of parameter 'films.a'
            films.order=a       | PGRST108 | position 1 of parameter 'films.order'
            films.or=(a.eq.1)   | PGRST108 | position 1 of parameter 'films.or'
            films.limit=1       | PGRST108 | position 1 of parameter 'films.limit'
            not.a=eq.1          | PGRST108 | position 1 of parameter 'not.a'
            select=a(b())&a.b.c.d=eq.1 | PGRST108 | position 5 of parameter 'a.b.c.d'
            order=films(a)      | PGRST108 | parameter 'order'
            =eq.1               | PGRST100 | expected a name
            a.=eq.1             | PGRST100 | position 3 of parameter 'a.': found the end, expected a name
            "a=eq.1             | PGRST100 | the quoted name does not end
            and=()              | PGRST100 | position 2 of parameter 'and'
            and=(a.eq.1         | PGRST100 | the value does not end before its group does
            and=(a.eq.{1,(2)    | PGRST100 | position 7 of parameter 'and': the array does not end
            and=(a.eq."1        | PGRST100 | position 7 of parameter 'and': the value does not end
            and=(a.eq.1)x       | PGRST100 | expected the end
            and=(a.eq.1,)       | PGRST100 | position 9 of parameter 'and': found ')', expected a name
            and=(not.xor(a.eq.1)) | PGRST100 | position 6 of parameter 'and': found 'xor'
            or=(a.in.1,2,b.eq.3) | PGRST100 | position 7 of parameter 'or': found '1', expected '('
            or=a.eq.1           | PGRST100 | position 1 of parameter 'or'
            order=a.up          | PGRST100 | position 3 of parameter 'order': found 'up'
            order=a.desc.asc    | PGRST100 | position 8 of parameter 'order'
            order=a.nullslasttt | PGRST100 | position 3 of parameter 'order': found 'nullslasttt'
            order=a.nullsfirst.asc | PGRST100 | position 13 of parameter 'order': found '.', expected the end
            order=a,            | PGRST100 | position 3 of parameter 'order'
            order=              | PGRST100 | position 1 of parameter 'order'
            order=(select 1)    | PGRST100 | position 1 of parameter 'order': found '('
            order=a(b,c)        | PGRST100 | position 4 of parameter 'order': found ',', expected ')'
            select=a,,b         | PGRST100 | position 3 of parameter 'select'
            select=,            | PGRST100 | position 1 of parameter 'select'
            select=a(b          | PGRST100 | position 4 of parameter 'select': found the end, expected ')'
            select=a(b))        | PGRST100 | position 5 of parameter 'select': found ')', expected the end
            select=a!x          | PGRST100 | position 4 of parameter 'select': found the end, expected '('
            select=a!x!y(b)     | PGRST100 | position 5 of parameter 'select': found a second hint
            select=a!left!inner(b) | PGRST100 | position 8 of parameter 'select': found a second join
            select=a::          | PGRST100 | position 4 of parameter 'select': found the end, expected a name
            select=a::numeric(5) | PGRST100 | position 11 of parameter 'select': found '(', expected the end
            select=a.median()   | PGRST100 | position 3 of parameter 'select': found 'median'
            select=a.sum        | PGRST100 | position 6 of parameter 'select': found the end, expected '('
            select=a.sum(b)     | PGRST100 | position 7 of parameter 'select': found 'b', expected ')'
            select=x:*          | PGRST100 | position 3 of parameter 'select'
            select=x:...a(b)    | PGRST100 | position 3 of parameter 'select'
            select=...a         | PGRST100 | position 5 of parameter 'select'
            select=a->b(c)      | PGRST100 | position 5 of parameter 'select'
            select=a[]          | PGRST100 | position 2 of parameter 'select': found '['
            select=a&select=b   | PGRST100 | given more than once
            order=a&order=b     | PGRST100 | given more than once
            select=x()&x.offset=1&x.offset=1 | PGRST100 | 'x.offset' is given more than once
            after=a&after=b     | PGRST100 | given more than once
            limit=-             | PGRST100 | position 1 of parameter 'limit'
            limit=1e9           | PGRST100 | position 2 of parameter 'limit'
            limit=              | PGRST100 | position 1 of parameter 'limit'
            limit=1001          | PGRST103 | parameter 'limit'
            limit=99999999999999999999 | PGRST100 | parameter 'limit'
            offset=--1          | PGRST100 | position 1 of parameter 'offset'
            select=x()&x.limit=1001 | PGRST103 | parameter 'x.limit'
            columns=a           | PGRST100 | position 1 of parameter 'columns'
            on_conflict=a       | PGRST100 | position 1 of parameter 'on_conflict'
            """)
    void aMalformedParameterIsRefusedWithItsPosition(String query, String code, String details) {
        var error = refusal(query);

        assertThat(error.kind()).isEqualTo(QueryError.Kind.MALFORMED);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.text() + " " + error.details()).contains(details);
    }

    @Test
    void whatIsNotEmbeddedIsSaidWithAWayOut() {
        var unknown = refusal("select=a(*)&b.c=eq.1");
        var aliased = refusal("select=x:a(*)&a.c=eq.1");

        assertThat(unknown.text()).isEqualTo("'b' is not an embedded resource in this request");
        assertThat(unknown.hint()).isEqualTo("Verify that 'b' is included in the 'select' query parameter.");
        assertThat(aliased.hint()).isEqualTo("Use its alias 'x' in place of 'a'.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=-1", "offset=-1", "select=x()&x.limit=-1", "limit=1&offset=-999999999999999999"})
    void noPageIsSmallerThanNothing(String query) {
        var error = refusal(query);

        assertThat(error.kind()).isEqualTo(QueryError.Kind.NOT_SATISFIABLE);
        assertThat(error.code()).isEqualTo("PGRST103");
        assertThat(error.details()).endsWith("should be greater than or equal to zero.");
    }

    @Test
    void theLimitsMaximumIsSaid() {
        assertThat(refusal("limit=1001").text()).isEqualTo("limit is 1001 (maximum: 1000)");
    }

    @Test
    void whatIsNestedTooDeepIsRefusedAndWhatIsNotIsRead() {
        assertThat(refusal(groups(65)).details())
                .isEqualTo("position 193 of parameter 'or': groups are nested deeper than 64");
        assertThat(refusal(groups(5_000)).details()).contains("nested deeper than 64");
        assertThat(read(groups(64)).filters()).hasSize(1);
        assertThat(refusal(embeddings(65)).details())
                .isEqualTo("position 130 of parameter 'select': resources are nested deeper than 64");
        assertThat(refusal(embeddings(5_000)).details()).contains("nested deeper than 64");
        assertThat(read(embeddings(64)).select()).hasSize(1);
        assertThat(refusal("select=a" + "->b".repeat(65)).details())
                .isEqualTo("position 2 of parameter 'select': the path has more than 64 steps");
        assertThat(read("select=a" + "->b".repeat(64)).select()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            insert | a=eq.1         | PGRST100 | parameter 'a' is not supported when inserting
            insert | or=(a.eq.1)    | PGRST100 | parameter 'or' is not supported when inserting
            insert | limit=1        | PGRST100 | parameter 'limit' is not supported when inserting
            upsert | limit=1        | PGRST114 | limit/offset/order querystring parameters are not allowed for PUT
            upsert | offset=1       | PGRST114 | limit/offset/order querystring parameters are not allowed for PUT
            upsert | order=a        | PGRST114 | limit/offset/order querystring parameters are not allowed for PUT
            upsert | on_conflict=a  | PGRST100 | parameter 'on_conflict' is not supported for PUT
            update | limit=1        | PGRST100 | parameter 'limit' is not supported when updating
            update | on_conflict=a  | PGRST100 | parameter 'on_conflict' is not supported when updating
            delete | offset=1       | PGRST100 | parameter 'offset' is not supported when deleting
            delete | columns=a      | PGRST100 | parameter 'columns' is not supported when deleting
            delete | after=a        | PGRST100 | parameter 'after' is not supported when deleting
            get    | columns=a      | PGRST100 | parameter 'columns' is not supported when calling by GET
            post   | on_conflict=a  | PGRST100 | parameter 'on_conflict' is not supported when calling
            post   | a=1            | PGRST100 | failed to parse parameter 'a'
            insert | columns=a,     | PGRST100 | failed to parse parameter 'columns'
            insert | columns=       | PGRST100 | failed to parse parameter 'columns'
            insert | on_conflict=a b!c | PGRST100 | failed to parse parameter 'on_conflict'
            """)
    void aKindOfRequestRefusesWhatItDoesNotUnderstand(String kind, String query, String code, String text) {
        var error = refusal(() -> request(kind, query));

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.text()).isEqualTo(text);
        assertThat(error.details()).startsWith("position ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            insert | columns=a,"b c"&on_conflict=d , e&select=id,x(*)&x.a=eq.1&x.limit=1&order=id
            upsert | id=eq.4&columns=id,name&select=*
            update | age=lt.13&columns=category&select=id&order=id
            delete | active=is.false&select=*,x(*)&x.order=a
            post   | columns=a,b&rating=gt.8&limit=1&offset=2&order=title&or=(a.eq.1)
            """)
    void aKindOfRequestTakesWhatItUnderstands(String kind, String query) {
        assertThat(request(kind, query)).isNotNull();
    }

    @Test
    void columnsAndTheConflictsKeyAreNames() {
        var query = QueryParser.insert(
                "thing", Sample.parameters("columns=a,\"b,c\"&on_conflict=d , e f"), List.of(), Limits.STANDARD);

        assertThat(query.columns()).containsExactly("a", "b,c");
        assertThat(query.onConflict()).containsExactly("d", "e f");
    }

    static QueryError refusal(String query) {
        return refusal(() -> read(query));
    }

    static QueryError refusal(ThrowingCallable request) {
        return catchThrowableOfType(QueryError.class, request);
    }

    private static Selection read(String query) {
        return QueryParser.read("thing", Sample.parameters(query), List.of()).selection();
    }

    private static Object request(String kind, String query) {
        var parameters = Sample.parameters(query);
        return switch (kind) {
            case "insert" -> QueryParser.insert("thing", parameters, List.of(), Limits.STANDARD);
            case "upsert" -> QueryParser.upsert("thing", parameters, List.of(), Limits.STANDARD);
            case "update" -> QueryParser.update("thing", parameters, List.of(), Limits.STANDARD);
            case "delete" -> QueryParser.delete("thing", parameters, List.of(), Limits.STANDARD);
            case "get" -> QueryParser.call("fn", Set.of(), true, parameters, List.of(), null, Limits.STANDARD);
            case "post" -> QueryParser.call("fn", Set.of(), false, parameters, List.of(), null, Limits.STANDARD);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static String groups(int depth) {
        return "or=" + "(or".repeat(depth - 1) + "(a.eq.1" + ")".repeat(depth);
    }

    private static String embeddings(int depth) {
        return "select=" + "a(".repeat(depth) + "b" + ")".repeat(depth);
    }
}
