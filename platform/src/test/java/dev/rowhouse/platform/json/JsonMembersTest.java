package dev.rowhouse.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMembersTest {

    @Test
    void everyValueStaysWhatItIs() {
        assertThat(JsonMembers.of("""
                        { "id" : 12345678901234567890.1234567890, "e":1e99999999999,"s":"a\\"}{,", "n" : null,
                          "o": {"a":[1,{"b":"]}"}], "c" : "\\\\"} ,"l":[ ], "t":true , "ü\\"x":"ü" }"""))
                .containsExactly(
                        Map.entry("id", "12345678901234567890.1234567890"),
                        Map.entry("e", "1e99999999999"),
                        Map.entry("s", "\"a\\\"}{,\""),
                        Map.entry("n", "null"),
                        Map.entry("o", "{\"a\":[1,{\"b\":\"]}\"}], \"c\" : \"\\\\\"}"),
                        Map.entry("l", "[ ]"),
                        Map.entry("t", "true"),
                        Map.entry("ü\"x", "\"ü\""));
        assertThat(JsonMembers.of("{}")).isEmpty();
        assertThat(JsonMembers.of(" { } ")).isEmpty();
    }

    @Test
    void nothingIsTooLongOrTooDeep() {
        var deep = "[".repeat(100_000) + "]".repeat(100_000);
        var digits = "9".repeat(100_000);
        assertThat(JsonMembers.of("{\"deep\":" + deep + ",\"digits\":" + digits + "}"))
                .containsEntry("deep", deep)
                .containsEntry("digits", digits);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"'\"plain\"', plain", "'\"a\\u00fc\\n\"', 'aü\n'", "1.10, 1.10", "'[1]', '[1]'", "null, null"})
    void aStringIsItsCharacters(String json, String plain) {
        assertThat(JsonMembers.plain(json)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "[1]", "{\"a\"}", "{\"a\":1", "{\"a\":\"b", "{\"a\":[1", "{\"a\":1 \"b\":2}"})
    void whatIsNoObjectIsRefused(String text) {
        assertThatThrownBy(() -> JsonMembers.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
