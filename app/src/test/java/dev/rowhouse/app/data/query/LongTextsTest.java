package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Texts 64 times as long as a URL may be are read or refused: what is quadratic takes 4,096 times as long here as it does in a
 * URL, and does not end before the time-out, which is no measure of speed.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LongTextsTest {

    private static final int LENGTH = 64 * 16 * 1024;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            a      | eq.     | x          |
            a      | in.(    | "a,        | )
            a      | in.(    | "a\\",     | )
            a      | in.(    | "a         | )
            a      | in.(    | \\"        | )
            a      | in.(    | ,          | )
            a      | in      | (          |
            a      | not.    | not.       |
            a      | fts(    | x          | ).a
            or     | (       | a.eq.1,    | b.eq.2)
            or     | (       | a.eq.{,    | b.eq.2)
            or     | (a.eq.  | {          | )
            or     | (a.eq.  | {\\}       | )
            or     | (       | a.eq."x,   | b.eq.2)
            or     | (       | a.in.(",   | b.eq.2)
            or     | (       | not.and(   | a.eq.1)
            or     | (       | and        | a.eq.1)
            or     | (a.eq.1 | ' '        | )
            select |         | a,         | b
            select |         | a:         | b
            select |         | a:b::c,    | b
            select |         | a->        | b
            select |         | "a":"b",   | c
            select |         | \\"        |
            select | "       | \\"        |
            select |         | a-         | b
            select |         | ...a(),    | b
            select |         | a!x(b),    | b
            select |         | a(         | b
            select |         | a!         | b
            select | a->     | 1          | b
            select | a::     | ' '        | b
            order  |         | a,         | b
            order  |         | a->b.desc, | b
            limit  |         | 1          |
            columns |        | a,         | b
            after  | x       | eq.        |
            Ranged | 0-      | 1          |
            """)
    void aLongTextIsReadOrRefused(String name, String begin, String repeated, String end) {
        var unit = repeated.replace("'", "");
        var text = (begin == null ? "" : begin) + unit.repeat(LENGTH / unit.length()) + (end == null ? "" : end);

        readOrRefused(List.of(Map.entry(name, text)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            a.     | b    | eq.1
            a.     | or   | (a.eq.1)
            not.   | and  | (a.eq.1)
            a->    | b    | eq.1
            "a".   | "b   | eq.1
            \\"    | "b   | eq.1
            a-     | b    | eq.1
            """)
    void aLongNameIsReadOrRefused(String repeated, String end, String value) {
        readOrRefused(List.of(Map.entry(repeated.repeat(LENGTH / repeated.length()) + end, value)));
    }

    @Test
    void manyParametersAreRead() {
        int many = LENGTH / 16;
        var select = new StringBuilder();
        var parameters = new ArrayList<Entry<String, String>>();
        for (int i = 0; i < many; i++) {
            select.append(i == 0 ? "" : ",").append('r').append(i).append("()");
            parameters.add(Map.entry("r" + i + ".a", "eq.1"));
            parameters.add(Map.entry("r" + i + ".order", "a"));
        }
        parameters.add(Map.entry("select", select.toString()));
        Collections.reverse(parameters);

        var read = QueryParser.read("thing", parameters, List.of()).selection().select();

        assertThat(read).hasSize(many);
    }

    @Test
    void manyPreferencesAndArgumentsAreRead() {
        var arguments = Collections.nCopies(LENGTH / 16, Map.entry("v", "1"));
        var prefer = "foo,count=exact;".repeat(LENGTH / 16);

        var read = QueryParser.call("fn", Set.of("v"), true, arguments, List.of(prefer), "0-1", Limits.STANDARD);

        assertThat(read.arguments()).hasSize(LENGTH / 16);
        assertThat(read.preferences().applied()).containsExactly("count=exact");
    }

    private static void readOrRefused(List<Entry<String, String>> parameters) {
        try {
            assertThat(QueryParser.read("thing", parameters, List.of())).isNotNull();
        } catch (QueryError e) {
            assertThat(e.code()).startsWith("PGRST1");
        }
    }
}
