package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembersTest {

    private static final List<String> KNOWN = List.of("name", "count", "on", "labels", "list");

    @Test
    void membersAreReadByTheirType() {
        var members = read("{\"name\": \"Ada\", \"count\": 3, \"on\": true, \"labels\": {\"a\": \"b\", \"c\": null}}");

        assertThat(members.text("name")).isEqualTo("Ada");
        assertThat(members.integer("count")).isEqualTo(3);
        assertThat(members.bool("on")).isTrue();
        assertThat(members.texts("labels")).containsEntry("a", "b").containsEntry("c", null);
        assertThat(members.presentTexts("labels")).containsOnlyKeys("a");
        assertThat(members.textList("list")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"nam": "Ada"}                 | member 'nam' is not known here
            {"name": 3}                    | member 'name' is of type number (expected: text)
            {"name": null}                 | member 'name' is of type null (expected: text)
            {"count": 1.5}                 | member 'count' is of type number (expected: an integer)
            {"count": 99999999999}         | member 'count' is of type number (expected: an integer)
            {"on": "yes"}                  | member 'on' is of type string (expected: true or false)
            {"labels": {"a": 1}}           | member 'labels.a' is of type number (expected: text)
            {"list": ["a", 1]}             | member 'list' is of type number (expected: text)
            []                             | the body is of type array (expected: an object)
            {"name": "Ada", "name": "Bob"} | Duplicate
            {"name": "Ada"} x              | the body is not JSON
            {"name":                       | the body is not JSON
            """)
    void whatIsNotMeantIsRefusedByName(String body, String message) {
        assertThatThrownBy(() -> {
                    var members = read(body);
                    members.text("name");
                    members.integer("count");
                    members.bool("on");
                    members.texts("labels");
                    members.textList("list");
                })
                .isInstanceOf(Problem.class)
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertThatThrownBy(() -> read("")).isInstanceOf(Problem.class);
    }

    @Test
    void aDeepBodyIsRefused() {
        assertThatThrownBy(() -> read("{\"labels\":" + "[".repeat(70) + "]".repeat(70) + "}"))
                .isInstanceOf(Problem.class);
    }

    private static Members read(String body) {
        return Members.of(body.getBytes(StandardCharsets.UTF_8), KNOWN);
    }
}
