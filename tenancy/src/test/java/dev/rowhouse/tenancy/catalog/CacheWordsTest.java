package dev.rowhouse.tenancy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.catalog.CacheRule.Kind;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheWordsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            @cache ttl=30s               | TTL       | 30
            Kinds. @cache ttl=5m         | TTL       | 300
            @cache ttl=10m more text     | TTL       | 600
            @cache events                | EVENTS    | 600
            A @cache versioned           | VERSIONED | 600
            @journal keys @cache events  | EVENTS    | 600
            """)
    void theCacheOfATable(String comment, Kind kind, long seconds) {
        assertThat(CacheRule.of(comment)).isEqualTo(new CacheRule(kind, Duration.ofSeconds(seconds)));
        assertThat(CacheRule.isMistaken(comment)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@cache",
                "@cache always",
                "@cache ttl",
                "@cache ttl=",
                "@cache ttl=0s",
                "@cache ttl=30",
                "@cache ttl=-5s",
                "@cache ttl=11m",
                "@cache ttl=99999999999s",
                "@cache Events",
                "@cache @http max-age=5",
            })
    void aMistakenCache(String comment) {
        assertThat(CacheRule.of(comment)).isNull();
        assertThat(CacheRule.isMistaken(comment)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a cache", "me@cache events", "@cached events", "@caches"})
    void noCacheAtAll(String comment) {
        assertThat(CacheRule.of(comment)).isNull();
        assertThat(CacheRule.isMistaken(comment)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            @http max-age=60             | 60    | false
            @http max-age=60 public      | 60    | true
            @http max-age=5m public @cache events | 300 | true
            Kinds of @http max-age=2h, for all    | 7200 | false
            @http max-age=60 publicly    | 60    | false
            """)
    void whatReceiversMayKeep(String comment, long seconds, boolean shared) {
        assertThat(HttpRule.of(comment)).isEqualTo(new HttpRule(Duration.ofSeconds(seconds), shared));
        assertThat(HttpRule.isMistaken(comment)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@http",
                "@http public",
                "@http max-age=",
                "@http max-age=0",
                "@http max-age=x",
                "@http max-age=25h"
            })
    void mistakenWordsForReceivers(String comment) {
        assertThat(HttpRule.of(comment)).isNull();
        assertThat(HttpRule.isMistaken(comment)).isTrue();
    }
}
