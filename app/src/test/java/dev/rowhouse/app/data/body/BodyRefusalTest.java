package dev.rowhouse.app.data.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.plan.ChangePlan;
import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryError.Kind;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.tenancy.catalog.Column;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyRefusalTest {

    private static final InsertPlan THING = Sample.insertion(Sample.THING, List.of(), false);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            [{"id":1},{"id":"x"}]          | 22P02    | 'id' of row 1 takes int4, not x
            {"id":1.5}                     | 22P02    | 'id' of row 0 takes int4, not 1.5
            {"id":2147483648}              | 22003    | 'id' of row 0 takes int4, not 2147483648
            {"id":"-2147483649"}           | 22003    | 'id' of row 0 takes int4, not -2147483649
            {"id":99999999999999999999999} | 22003    | 'id' of row 0 takes int4
            {"id":true}                    | 22P02    | 'id' of row 0 takes int4, not true
            {"id":[1]}                     | 22P02    | 'id' of row 0 takes int4, not an array
            {"id":{}}                      | 22P02    | 'id' of row 0 takes int4, not an object
            {"price":"abc?"}               | 22P02    | 'price' of row 0 takes numeric(10,2), not abc?
            {"price":false}                | 22P02    | 'price' of row 0 takes numeric(10,2), not false
            {"active":"maybe"}             | 22P02    | 'active' of row 0 takes bool, not maybe
            {"active":2}                   | 22P02    | 'active' of row 0 takes bool, not 2
            {"uid":"123"}                  | 22P02    | 'uid' of row 0 takes uuid, not 123
            {"mood":"glad"}                | 22P02    | 'mood' of row 0 takes mood, not glad
            {"tags":3}                     | 22P02    | 'tags' of row 0 takes text[], not 3
            {"nam":"x"}                    | PGRST204 | column 'nam' does not exist in 'thing'
            {"twice":2}                    | 428C9    | column 'twice' computes its own value
            [{"id":1},{"name":"x"}]        | PGRST102 | All object keys must match
            [{"id":1},{"id":1,"name":"x"}] | PGRST102 | All object keys must match
            [{"id":1,"name":"x"},{"id":1}] | PGRST102 | All object keys must match
            {"id":1,"id":2}                | PGRST102 | Empty or invalid json
            {"name":"a\\u0000b"}           | PGRST102 | contains the NUL character
            {"notes":{"a\\u0000b":1}}      | PGRST102 | contains the NUL character
            {"id":1                        | PGRST102 | Empty or invalid json
            {"id":1}{"id":2}               | PGRST102 | the body goes on after its JSON value
            [1]                            | PGRST102 | row 0 of the body is no JSON object
            "text"                         | PGRST102 | the body is no JSON object or array of objects
            //                             | PGRST102 | Empty or invalid json
            """)
    void aBodyThatCannotFitIsRefusedWithItsField(String body, String code, String message) {
        var error = refused(() -> JsonBody.insert(THING, utf8(body)));

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.text()).contains(message);
        assertThat(error.kind()).isEqualTo(Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"5\"}",
                "{\"id\":\" -5 \"}",
                "{\"id\":\"0x1F\"}",
                "{\"id\":-2147483648}",
                "{\"price\":\"NaN\"}",
                "{\"price\":\"-1.5e3\"}",
                "{\"price\":12345678}",
                "{\"active\":\"t\"}",
                "{\"active\":\"OFF\"}",
                "{\"active\":1}",
                "{\"uid\":\"{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}\"}",
                "{\"tags\":\"{a,b}\"}",
                "{\"tags\":[\"a\",null]}",
                "{\"notes\":[{\"a\":1}]}",
                "{\"name\":7}",
                "{\"name\":{\"a\":1}}",
                "{\"mood\":\"very \\\"happy\\\"\"}",
                "{\"born\":20240229}",
                "[]",
                "{}",
                "[{},{}]"
            })
    void aValueThatPostgresTakesPasses(String body) {
        assertThatCode(() -> JsonBody.insert(THING, utf8(body))).doesNotThrowAnyException();
    }

    @Test
    void anEmptyBodyIsNoObject() {
        assertThat(refused(() -> JsonBody.insert(THING, utf8(" "))).text()).isEqualTo("Empty or invalid json");
    }

    @Test
    void theDepthIsBounded() {
        assertThatCode(() -> JsonBody.insert(THING, utf8("{\"notes\":" + "[".repeat(63) + "]".repeat(63) + "}")))
                .doesNotThrowAnyException();
        assertThat(refused(() -> JsonBody.insert(THING, utf8("{\"notes\":" + "[".repeat(64) + "]".repeat(64) + "}")))
                        .text())
                .contains("nested deeper than 64");
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        assertThat(refused(() -> JsonBody.insert(THING, new byte[] {'{', (byte) 0xC0, (byte) 0x80, '}'}))
                        .text())
                .isEqualTo("the body is not UTF-8");
    }

    @Test
    void namedColumnsLetOtherMembersGo() {
        var id = List.<Column>of(Sample.THING.columns().getFirst());
        var plan = Sample.insertion(Sample.THING, id, false);

        var rows = JsonBody.insert(plan, utf8("[{\"id\":1,\"nonsense\":{\"a\":[1]}},{}]"));

        assertThat(rows.columns()).isEqualTo(id);
    }

    @Test
    void anUpdateTakesOneObject() {
        var plan = new ChangePlan(Sample.THING, Condition.NONE, List.of(), false, null, false);

        assertThat(JsonBody.update(plan, utf8(" [ {\"id\":1} ] ")).json().strip())
                .isEqualTo("{\"id\":1}");
        assertThat(JsonBody.update(plan, utf8("[]")).size()).isZero();
        assertThat(refused(() -> JsonBody.update(plan, utf8("[{\"id\":1},{\"id\":2}]")))
                        .text())
                .isEqualTo("an update takes one JSON object, not 2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {"id":1}~{"id":2}~{"name":"x"}    | line 3 has 'name', which the first has not
            {"id":1,"name":"a"}~{"id":2}      | line 2 lacks 'name', which the first has
            {"id":1}~{"id":2,"id":3}          | 'id' is there twice
            {"id":1}~{"id":2}}                | expected the end of the line
            {"id":1}~{"id":}                  | expected a value
            {"id":1}~[1]                      | expected '{'
            {"id":01}                         | expected '}'
            {"name":"a                        | a string does not end
            {"name":"\\x"}                    | unknown escape
            {"name":"\\u00"}                  | incomplete \\u escape
            {"name":"\\u0000"}                | NUL character
            {"name":"\\ud800"}                | half a surrogate pair
            {}                                | line 1 names no column
            {"nope":1}                        | named by line 1 of the body
            """)
    void aLineThatCannotBeReadIsNamed(String body, String details) {
        var stream = CopyStream.ndjson(THING);

        var error = refused(() -> {
            stream.feed(utf8(body.replace('~', '\n')));
            stream.finish();
        });

        assertThat(error.details()).contains(details);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            id,nope~1,2         | named by the header line
            id,id~1,2           | 'id' is there twice
            id,,name~1,2,3      | a column has no name
            id,name~1,2~3       | has 1 values for 2 columns
            id,name~1,"2        | a quoted value does not end
            id,notes~1,}{       | expected a value
            """)
    void aRecordThatCannotBeReadIsNamed(String body, String details) {
        var stream = BatchStream.csv(THING);

        var error = refused(() -> {
            stream.feed(utf8(body.replace('~', '\n')));
            stream.finish();
        });

        assertThat(error.details()).contains(details);
    }

    @Test
    void aLineBeyondTheLimitIsRefusedBeforeItIsWhole() {
        var stream = CopyStream.ndjson(THING);
        stream.feed(utf8("{\"name\":\""));

        var error = refused(() -> {
            for (int i = 0; i < 11; i++) {
                stream.feed(new byte[1024 * 1024]);
            }
        });

        assertThat(error.kind()).isEqualTo(Kind.TOO_LARGE);
    }

    @Test
    void aBatchHoldsAThousandRows() {
        var batches = BatchStream.ndjson(THING).feed(utf8("{\"id\":1}\n".repeat(2_500)));

        assertThat(batches).hasSize(2);
    }

    private static QueryError refused(Runnable reading) {
        return catchThrowableOfType(QueryError.class, reading::run);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
