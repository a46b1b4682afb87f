package dev.rowhouse.app.data;

import static dev.rowhouse.app.data.Functions.assertAnswer;
import static dev.rowhouse.app.data.Functions.get;
import static dev.rowhouse.app.data.Functions.post;
import static dev.rowhouse.app.data.Functions.problem;
import static dev.rowhouse.app.data.Functions.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;

/** What can be asked of the rows that functions return. */
class CalledRowsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            getallprojects?id=gt.1&id=lt.5&select=id                    | [{"id":2},{"id":3},{"id":4}]
            getallprojects?id=gt.1&id=lt.5&select=id&limit=2&offset=1   | [{"id":3},{"id":4}]
            getallprojects?select=n:name&order=name.desc&limit=1        | [{"n":"Windows 7"}]
            getallprojects?or=(id.eq.1,id.eq.3)&select=id               | [{"id":1},{"id":3}]
            getproject?id=1&select=id,name                              | [{"id":1,"name":"Windows 7"}]
            getproject?id=1&select=id,name,client:clients(id),tasks(id) | [{"id":1,"name":"Windows 7","client":{"id":1},"tasks":[{"id":1},{"id":2}]}]
            getallprojects?select=id,clients!inner(name)&clients.id=eq.2 | [{"id":3,"clients":{"name":"Apple"}},{"id":4,"clients":{"name":"Apple"}}]
            getallprojects?select=id,...clients(client:name)&id=eq.5    | [{"id":5,"client":null}]
            getallprojects?select=client_id,count()&order=client_id     | [{"client_id":1,"count":2},{"client_id":2,"count":2},{"client_id":null,"count":1}]
            get_projects_below?id=5&id=gt.2&select=id                   | [{"id":3},{"id":4}]
            get_projects_below?id=5&id=not.in.(1,3)&select=id           | [{"id":2},{"id":4}]
            one_project?id=1&select=name,clients(name)                  | {"name":"Windows 7","clients":{"name":"Microsoft"}}
            multi_column_table?b=eq.1&select=a                          | [{"a":"B"}]
            multi_column_table?order=b                                  | [{"a":"B","b":1},{"a":"A","b":2}]
            many_inout_params?num=1&str=two&select=str                  | {"str":"two"}
            ret_setof_integers?limit=1&offset=1                         | [2]
            returns_setof_record?id=3&limit=1                           | [{"id":1,"name":"Windows 7","client_id":1}]
            ret_points?limit=1                                          | [{"x":10,"y":5}]
            """)
    void rowsAreSelectedFilteredOrderedAndEmbeddedIn(String call, String answer) {
        assertAnswer(get(call), 200, answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            getallprojects?id=gt.1&id=lt.5&select=id        | {}        | [{"id":2},{"id":3},{"id":4}]
            allprojects_volatile?id=gt.3&select=id          | {}        | [{"id":4},{"id":5}]
            allprojects_volatile?select=id,tasks(id)&limit=1 | {}       | [{"id":1,"tasks":[{"id":1},{"id":2}]}]
            getproject?select=name,clients(name)            | {"id": 1} | [{"name":"Windows 7","clients":{"name":"Microsoft"}}]
            """)
    void aPostTakesTheSameParameters(String call, String body, String answer) {
        assertAnswer(post(call, "application/json", body), 200, answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            getallprojects?select=nothing     | 42703
            getallprojects?nothing=eq.1       | 42703
            getallprojects?select=id,log(id)  | PGRST200
            add_them?a=1&b=2&select=x         | 42703
            returns_record?id=eq.1            | 42703
            ret_points?x=eq.1                 | 42703
            getallprojects?clients.id=eq.1    | PGRST108
            """)
    void whatTheRowsDoNotHaveIsRefused(String call, String code) {
        assertThat(problem(get(call), 400).get("code").stringValue()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET  | getallprojects?limit=2                   | 206 | 0-1/5
            HEAD | getallprojects?limit=2                   | 206 | 0-1/5
            GET  | getallprojects?id=gt.1&limit=1&offset=1  | 206 | 1-1/4
            GET  | getallprojects                           | 200 | 0-4/5
            GET  | getallprojects?select=*,clients!inner(*)&clients.id=eq.1 | 200 | 0-1/2
            GET  | ret_setof_integers?limit=2               | 206 | 0-1/3
            POST | allprojects_volatile?limit=1             | 206 | 0-0/5
            GET  | add_them?a=3&b=4                         | 200 | 0-0/1
            GET  | ret_point                                | 200 | 0-0/1
            """)
    void resultsAreCountedRegardlessOfThePage(String method, String call, int status, String range) {
        var result = send(
                HttpMethod.valueOf(method),
                Functions.TENANT.publishable(),
                call,
                Map.of("Prefer", "count=exact"),
                null);

        assertThat(result.getStatus().value()).isEqualTo(status);
        assertThat(result.getResponseHeaders().getFirst("Content-Range")).isEqualTo(range);
    }
}
