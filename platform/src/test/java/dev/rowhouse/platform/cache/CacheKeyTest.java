package dev.rowhouse.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeyTest {

    private static final CacheScope SCOPE = new CacheScope("house");
    private static final String HOSTILE = ":*{}\r\n1-2aé\u0000";

    @Test
    void partsThatJoinAlikeMakeDifferentKeys() {
        assertThat(key("a:b", "c")).isNotEqualTo(key("a", "b:c")).isEqualTo(key("a:b", "c"));
        assertThat(key("1:a")).isNotEqualTo(key("a"));
        assertThat(key("")).isNotEqualTo(key((String) null)).isNotEqualTo(key());
        assertThat(key("a"))
                .isNotEqualTo(CacheKey.in(new CacheScope("other")).with("a").build());
    }

    /** Short texts of few, hostile characters, so that accidents are as likely as they can be. */
    @Test
    void noTwoListsOfPartsMakeOneKey() {
        var random = new Random(7);
        var seen = new HashMap<CacheKey, List<@Nullable String>>();
        var names = new HashMap<String, CacheKey>();
        for (int round = 0; round < 50_000; round++) {
            var parts = parts(random);
            var key = key(parts.toArray(String[]::new));
            var before = seen.putIfAbsent(key, parts);
            assertThat(before == null || before.equals(parts)).isTrue();
            assertThat(names.computeIfAbsent(key.redisName(), _ -> key)).isEqualTo(key);
        }
    }

    @Test
    void aNameInRedisIsOfOneFormWhateverThePartsAre() {
        assertThat(key("x\r\nFLUSHALL\r\n", "*", "{a}", "\u0000").redisName())
                .matches("rowhouse:cache:house:[0-9a-f]{64}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "A", "a b", "a*", "{a}", "a\r\n", "é"})
    void aScopeIsAPlainWord(String word) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CacheScope(word));
    }

    private static List<@Nullable String> parts(Random random) {
        var parts = new ArrayList<@Nullable String>();
        for (int part = random.nextInt(4); part > 0; part--) {
            var text = new StringBuilder();
            for (int length = random.nextInt(4); length > 0; length--) {
                text.append(HOSTILE.charAt(random.nextInt(HOSTILE.length())));
            }
            parts.add(random.nextInt(9) == 0 ? null : text.toString());
        }
        return parts;
    }

    private static CacheKey key(@Nullable String... parts) {
        var key = CacheKey.in(SCOPE);
        Arrays.stream(parts).forEach(key::with);
        return key.build();
    }
}
