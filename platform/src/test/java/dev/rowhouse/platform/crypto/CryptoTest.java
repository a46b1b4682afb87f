package dev.rowhouse.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CryptoTest {

    @Test
    void aFingerprintIsTheSha256OfTheText() {
        assertThat(Fingerprint.of("abc").hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Fingerprint.of("abc"))
                .isEqualTo(Fingerprint.ofHex(Fingerprint.of("abc").hex()))
                .isNotEqualTo(Fingerprint.of("abd"));
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.ofHex("ba78"));
    }

    @Test
    void aFingerprintShowsOnlyItsBeginning() {
        assertThat(Fingerprint.of("abc")).hasToString("Fingerprint[ba7816bf…]");
    }

    @Test
    void randomTextsAreOfTheirLengthAndDiffer() {
        var texts =
                IntStream.range(0, 1_000).mapToObj(_ -> RandomText.base62(32)).toList();

        assertThat(texts).doesNotHaveDuplicates().allMatch(text -> text.matches("[0-9A-Za-z]{32}"));
    }

    @Test
    void idsOfLaterMomentsAreGreater() {
        var earlier = UuidV7.at(Instant.ofEpochMilli(1_000));
        var later = UuidV7.at(Instant.ofEpochMilli(1_001));

        assertThat(earlier.version()).isEqualTo(7);
        assertThat(earlier.variant()).isEqualTo(2);
        assertThat(earlier.toString()).isLessThan(later.toString()).startsWith("00000000-03e8-7");
    }
}
