package dev.rowhouse.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedFileTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private Path path;
    private SealedFile secrets;

    @BeforeEach
    void open() {
        path = folder.resolve("secrets");
        secrets = new SealedFile(path, key(1));
        secrets.write("control", Map.of("password", "CANARY-1"), 0).block(PATIENCE);
        secrets.write("control", Map.of("password", "CANARY-2"), 1).block(PATIENCE);
        secrets.write("control/other", Map.of("password", "CANARY-3"), 0).block(PATIENCE);
    }

    @Test
    void aSecretComesBackWithItsVersion() {
        var again = new SealedFile(path, key(1)).read("control").block(PATIENCE);

        assertThat(again).isEqualTo(new Secret("control", 2, Map.of("password", "CANARY-2")));
    }

    @Test
    void nothingCanBeReadInTheFileButByItsOwner() throws Exception {
        assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1))
                .doesNotContain("CANARY")
                .doesNotContain("control");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void anotherKeyOpensNothing() {
        assertThatThrownBy(() -> new SealedFile(path, key(2)).read("control").block(PATIENCE))
                .isInstanceOf(SecretsError.Unreadable.class)
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void aChangedByteIsFound() throws Exception {
        var bytes = Files.readAllBytes(path);
        bytes[bytes.length / 2] ^= 1;
        Files.write(path, bytes);

        assertThatThrownBy(() -> secrets.read("control").block(PATIENCE)).isInstanceOf(SecretsError.Unreadable.class);
    }

    @Test
    void anOldVersionIsNotWrittenOver() {
        assertThatThrownBy(() -> secrets.write("control", Map.of(), 1).block(PATIENCE))
                .isInstanceOf(SecretsError.Refused.class);
        assertThatThrownBy(() -> secrets.read("none").block(PATIENCE)).isInstanceOf(SecretsError.Missing.class);
    }

    private static byte[] key(int of) {
        var key = new byte[32];
        Arrays.fill(key, (byte) of);
        return key;
    }
}
