package dev.rowhouse.app.data;

import static dev.rowhouse.app.data.Functions.assertAnswer;
import static dev.rowhouse.app.data.Functions.get;
import static dev.rowhouse.app.data.Functions.post;
import static dev.rowhouse.app.data.Functions.problem;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of functions over HTTP, as the documentation of the dialect shows them, by the holder of a publishable key. */
class CallsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            add_them?a=1&b=2                                     | 3
            plus_one?arr=%7B1,2,3,4%7D                           | [2,3,4,5]
            variadic_param                                       | []
            variadic_param?v=hi                                  | ["hi"]
            variadic_param?v=hi&v=the%7Bre,                      | ["hi","the{re,"]
            sayhello?name=ignored&name=world                     | "Hello, world"
            sayhello?name=is.it                                  | "Hello, is.it"
            sayhello?name=                                       | "Hello, "
            three_defaults?b=4                                   | 8
            json_argument?arg=%7B%22key%22:3%7D                  | "object"
            composite_argument?p=(1,2)                           | 3
            varied?double=3.1&varchar=hello&boolean=true&date=20190101&mood=happy&arr=%7Ba,b%7D | {"double":3.1,"varchar":"hello","boolean":true,"date":"2019-01-01","mood":"happy","arr":["a","b"],"integer":42}
            overloaded                                           | [1,2,3]
            overloaded?a=1&b=2                                   | 3
            overloaded?a=1&b=2&c=3                               | "123"
            quotedFunction?user=mscott&fullName=Michael%20Scott  | {"user":"mscott","fullName":"Michael Scott"}
            it's;%20DROP%20%22x%22%20--?%22a%5C%22);%20SELECT%201%20--%22=7 | 7
            ret_null                                             | null
            ret_enum?val=happy                                   | "happy"
            ret_range?low=10&up=20                               | "[10,20)"
            ret_point                                            | {"x":10,"y":5}
            ret_points                                           | [{"x":10,"y":5}]
            ret_setof_integers                                   | [1,2,3]
            test_empty_rowset                                    | []
            returns_record                                       | {"id":1,"name":"Windows 7","client_id":1}
            returns_setof_record?id=2                            | [{"id":1,"name":"Windows 7","client_id":1},{"id":2,"name":"Windows 10","client_id":1}]
            single_out_param?num=5                               | {"num_plus_one":6}
            single_json_out_param?a=1&b=two                      | {"my_json":{"a":1,"b":"two"}}
            single_inout_param?num=2                             | {"num":3}
            many_inout_params?num=1&str=two&b=false              | {"num":1,"str":"two","b":false}
            many_inout_params?num=1&str=two                      | {"num":1,"str":"two","b":true}
            single_column_table                                  | [{"a":"A"}]
            multi_column_table                                   | [{"a":"A","b":2},{"a":"B","b":1}]
            getproject?id=1                                      | [{"id":1,"name":"Windows 7","client_id":1}]
            one_project?id=1                                     | {"id":1,"name":"Windows 7","client_id":1}
            """)
    void getCallsWithArgumentsFromTheUrl(String call, String answer) {
        assertAnswer(get(call), 200, answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            add_them                | {"a": 1, "b": 2}                       | 3
            add_them?columns=a,b    | {"a": 1, "b": 2, "other": [{}]}        | 3
            add_them                | [{"a": 1, "b": 2}, {"a": 4, "b": 6}]   | 3
            mult_them               | {"x": 4, "y": 2}                       | 8
            plus_one                | {"arr": [1,2,3,4]}                     | [2,3,4,5]
            plus_one                | {"arr": "{1,2}"}                       | [2,3]
            variadic_param          | {"v": ["hi", "hello", "there"]}        | ["hi","hello","there"]
            sayhello                | {"name": "￥ \\" ' $$"}                | "Hello, ￥ \\" ' $$"
            json_argument           | {"arg": {"key": 3}}                    | "object"
            json_argument           | {"arg": "{ \\"key\\": 3 }"}            | "string"
            composite_argument      | {"p": {"x": 1, "y": 2}}                | 3
            varied                  | {"double": 3.1, "varchar": "hello", "boolean": true, "date": "20190101", "mood": "happy", "arr": ["a", "b"], "integer": 43} | {"double":3.1,"varchar":"hello","boolean":true,"date":"2019-01-01","mood":"happy","arr":["a","b"],"integer":43}
            overloaded              | {}                                     | [1,2,3]
            overloaded              | {"a": 1, "b": 2}                       | 3
            overloaded              | [{"x": 1}, 2]                          | [{"x": 1}, 2]
            overloaded              | {"x": 1}                               | {"x": 1}
            ret_domain              | {"val": "8"}                           | 8
            getproject              | {"id": 1}                              | [{"id":1,"name":"Windows 7","client_id":1}]
            returns_record          |                                        | {"id":1,"name":"Windows 7","client_id":1}
            returns_setof_record    | {"id": 1}                              | [{"id":1,"name":"Windows 7","client_id":1}]
            test                    | {}                                     | [{"test":"hello","value":1}]
            many_inout_params       | {"num": 1, "str": "two"}               | {"num":1,"str":"two","b":true}
            """)
    void postCallsWithArgumentsFromTheBody(String call, @Nullable String body, String answer) {
        assertAnswer(post(call, "application/json", body), 200, answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            variadic_param | application/x-www-form-urlencoded | v=hi&v=there                  | ["hi","there"]
            variadic_param | application/x-www-form-urlencoded |                               | []
            overloaded     | application/x-www-form-urlencoded | a=1&b=2                       | 3
            varied         | application/x-www-form-urlencoded | double=3.1&varchar=forms+are+fun&boolean=false&date=1900-01-01&mood=sad&arr=%7Ba%7D | {"double":3.1,"varchar":"forms are fun","boolean":false,"date":"1900-01-01","mood":"sad","arr":["a"],"integer":42}
            unnamed_text   | text/plain                        | unnamed { text                | "unnamed { text"
            unnamed_xml    | text/xml                          | <note><to>Jane</to></note>    | "<note><to>Jane</to></note>"
            unnamed_bytea  | application/octet-stream          | 12345                         | 5
            """)
    void aBodyIsReadByItsMediaType(String call, String type, @Nullable String body, String answer) {
        assertAnswer(post(call, type, body), 200, answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            sayhell                        | 404 | PGRST202 | Could not find the function public.sayhell without parameters in the schema cache | Searched for the function public.sayhell without parameters, but no matches were found in the schema cache. | Perhaps you meant to call the function public.sayhello
            sayhello?nam=Peter             | 404 | PGRST202 | Could not find the function public.sayhello(nam) in the schema cache | Searched for the function public.sayhello with parameter nam, but no matches were found in the schema cache. | Perhaps you meant to call the function public.sayhello(name)
            add_them?a=1&b=2&smthelse=x    | 404 | PGRST202 | Could not find the function public.add_them(a, b, smthelse) in the schema cache | Searched for the function public.add_them with parameters a, b, smthelse, but no matches were found in the schema cache. | Perhaps you meant to call the function public.add_them(a, b)
            overloaded?wrong_arg=value     | 404 | PGRST202 | Could not find the function public.overloaded(wrong_arg) in the schema cache | Searched for the function public.overloaded with parameter wrong_arg, but no matches were found in the schema cache. | -
            overloaded?a=1&b=2&wrong_arg=x | 404 | PGRST202 | Could not find the function public.overloaded(a, b, wrong_arg) in the schema cache | Searched for the function public.overloaded with parameters a, b, wrong_arg, but no matches were found in the schema cache. | Perhaps you meant to call the function public.overloaded(a, b)
            overloaded_same_args?arg=value | 300 | PGRST203 | Could not choose the best candidate function between: public.overloaded_same_args(arg => integer), public.overloaded_same_args(arg => text, num => integer) | - | Try renaming the parameters or the function itself in the database so function overloading can be resolved
            a_procedure                    | 404 | PGRST202 | Could not find the function public.a_procedure without parameters in the schema cache | Searched for the function public.a_procedure without parameters, but no matches were found in the schema cache. | -
            a_trigger                      | 404 | PGRST202 | Could not find the function public.a_trigger without parameters in the schema cache | Searched for the function public.a_trigger without parameters, but no matches were found in the schema cache. | -
            unnamed_int?=1                 | 400 | PGRST100 | - | - | -
            add_log?t=x                    | 405 | 25006    | cannot execute INSERT in a read-only transaction | - | -
            plus_one?arr=1,2               | 400 | 22P02    | malformed array literal: `1,2` | - | -
            """)
    void aCallThatCannotBeIsRefused(
            String call,
            int status,
            String code,
            @Nullable String message,
            @Nullable String details,
            @Nullable String hint) {
        var problem = problem(get(call), status);

        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        if (message != null) {
            assertThat(problem.get("message").stringValue().replace('"', '`')).isEqualTo(message);
        }
        if (status != 405 && code.startsWith("PGRST2")) {
            assertThat(problem.get("details").stringValue(null)).isEqualTo(details);
            assertThat(problem.get("hint").stringValue(null)).isEqualTo(hint);
        }
    }
}
