package dev.rowhouse.local.street;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreetSecretsTest {

    private static final String ONE_KEY = "0".repeat(63) + "1";
    private static final String ANOTHER_KEY = "0".repeat(63) + "2";

    @TempDir
    private Path path;

    @Test
    void theNextRunHasTheSecretsOfTheFirstAndNoFileShowsThem() throws IOException {
        var first = secrets(Map.of());

        assertThat(secrets(Map.of())).isEqualTo(first);
        try (var files = Files.list(path)) {
            for (var file : files.toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(first.installation(), first.superuser(), first.operatorToken());
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void aKeyMayComeFromTheEnvironmentAndIsThenInNoFile() {
        var first = secrets(Map.of(StreetKey.VARIABLE, ONE_KEY));

        assertThat(secrets(Map.of(StreetKey.VARIABLE, ONE_KEY))).isEqualTo(first);
        assertThat(key()).doesNotExist();
    }

    @Test
    void anotherKeyStopsTheStartAndIsNotShown() {
        secrets(Map.of(StreetKey.VARIABLE, ONE_KEY));

        assertThatThrownBy(() -> secrets(Map.of(StreetKey.VARIABLE, ANOTHER_KEY)))
                .isInstanceOf(StreetBlocked.class)
                .hasMessageContaining("sealed under another key")
                .hasMessageContaining("delete the folder .rowhouse")
                .hasMessageNotContaining(ANOTHER_KEY);
    }

    @Test
    void aFileThatWasChangedStopsTheStart() throws IOException {
        secrets(Map.of());
        var sealed = path.resolve("secrets.sealed");
        var bytes = Files.readAllBytes(sealed);
        bytes[bytes.length - 1] ^= 1;
        Files.write(sealed, bytes);

        assertThatThrownBy(() -> secrets(Map.of()))
                .isInstanceOf(StreetBlocked.class)
                .hasMessageContaining(sealed.toString())
                .hasMessageContaining("was changed");
    }

    @Test
    void aKeyThatIsGoneStopsTheStartAndIsNotMadeAnew() throws IOException {
        secrets(Map.of());
        Files.delete(key());

        assertThatThrownBy(() -> secrets(Map.of()))
                .isInstanceOf(StreetBlocked.class)
                .hasMessageContaining("its key is not")
                .hasMessageContaining(StreetKey.VARIABLE);
        assertThat(key()).doesNotExist();
    }

    @Test
    void aKeyThatOthersMayReadStopsTheStart() throws IOException {
        secrets(Map.of());
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> secrets(Map.of()))
                .isInstanceOf(StreetBlocked.class)
                .hasMessageContaining("rw-r-----")
                .hasMessageContaining("chmod 600 " + key());
    }

    @Test
    void whatIsNoKeyIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> secrets(Map.of(StreetKey.VARIABLE, "CANARY")))
                .isInstanceOf(StreetBlocked.class)
                .hasMessageContaining(StreetKey.VARIABLE)
                .hasMessageContaining("64 hexadecimal digits")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void secretsOfAnEarlierVersionAreTakenOverAndLieOpenNoMore() throws IOException {
        var plain = Files.writeString(path.resolve("secrets.properties"), "superuser=CANARY\n");

        assertThat(secrets(Map.of()).superuser()).isEqualTo("CANARY");
        assertThat(plain).doesNotExist();
        assertThat(secrets(Map.of()).superuser()).isEqualTo("CANARY");
    }

    private Path key() {
        return path.resolve("secrets.key");
    }

    private StreetSecrets secrets(Map<String, String> environment) {
        return StreetSecrets.keptIn(new StreetFolder(path), environment);
    }
}
