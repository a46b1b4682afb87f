package dev.rowhouse.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

    private static final CacheKey KEY = key("house", "é:1");
    private static final Kept KEPT =
            new Kept(new Stamp("me", -3, 17), 99, List.of("one".getBytes(StandardCharsets.UTF_8), new byte[0]));

    @Test
    void whatIsSealedIsOpened() {
        var opened = Envelope.open(KEY, Envelope.seal(KEY, KEPT));

        assertThat(opened.stamp()).isEqualTo(KEPT.stamp());
        assertThat(opened.until()).isEqualTo(KEPT.until());
        assertThat(opened.parts()).usingRecursiveComparison().isEqualTo(KEPT.parts());
    }

    @Test
    void anotherKeyOpensNothing() {
        var sealed = Envelope.seal(KEY, KEPT);
        for (var other : List.of(key("mouse", "é:1"), key("house", "é:2"), key("house", ""))) {
            assertThatExceptionOfType(Envelope.Mismatch.class).isThrownBy(() -> Envelope.open(other, sealed));
        }
    }

    @Test
    void whatIsCutOffOrLongerIsNotOpened() {
        var sealed = Envelope.seal(KEY, KEPT);
        for (int length = 0; length < sealed.length; length++) {
            var cut = Arrays.copyOf(sealed, length);
            assertThatExceptionOfType(Envelope.Mismatch.class).isThrownBy(() -> Envelope.open(KEY, cut));
        }
        assertThatExceptionOfType(Envelope.Mismatch.class)
                .isThrownBy(() -> Envelope.open(KEY, Arrays.copyOf(sealed, sealed.length + 1)));
    }

    private static CacheKey key(String scope, String part) {
        return CacheKey.in(new CacheScope(scope)).with(part).build();
    }
}
