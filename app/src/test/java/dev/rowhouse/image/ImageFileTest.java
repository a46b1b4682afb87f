package dev.rowhouse.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn -Pimage} writes, of files that are made here in a moment. */
class ImageFileTest {

    private static final List<String> FILES = List.of(
            "lib64/ld-linux.so",
            "etc/passwd",
            "opt/java/bin/java",
            "opt/rowhouse/lib/spring-core-7.jar",
            "opt/rowhouse/lib/tenancy-1.jar",
            "opt/rowhouse/rowhouse.jar",
            "opt/rowhouse/rowhouse.aot");

    @Test
    void startsTheApplicationAsAUserThatOwnsNothing(@TempDir Path scratch) throws IOException {
        var image = Unpacked.of(image(scratch, "one").file(), scratch);

        assertThat(image.user()).isEqualTo("10001:10001");
        assertThat(image.workingDirectory()).isEqualTo("/opt/rowhouse");
        assertThat(image.entryPoint())
                .startsWith("/opt/java/bin/java", "-XX:AOTCache=rowhouse.aot")
                .endsWith("-jar", "rowhouse.jar");
        for (var file : FILES) {
            var permissions = Files.getPosixFilePermissions(image.root().resolve(file));
            assertThat(PosixFilePermissions.toString(permissions)).as(file).doesNotContain("w");
            assertThat(Files.getLastModifiedTime(image.root().resolve(file)).toInstant())
                    .isEqualTo(ImageRoot.TIME);
        }
        assertThat(Files.isExecutable(image.root().resolve("opt/java/bin/java")))
                .isTrue();
    }

    @Test
    void changesNoLayerBelowTheOneThatHoldsWhatChanged(@TempDir Path scratch) throws IOException {
        var one = Unpacked.of(image(scratch, "one").file(), scratch.resolve("one"))
                .layers();
        var other = Unpacked.of(image(scratch, "other").file(), scratch.resolve("other"))
                .layers();

        assertThat(one.keySet())
                .containsExactlyInAnyOrder("c library", "runtime", "dependencies", "application", "aot cache");
        assertThat(one.values()).doesNotHaveDuplicates();
        one.forEach((layer, digest) -> {
            if (layer.equals("application")) {
                assertThat(other.get(layer)).isNotEqualTo(digest);
            } else {
                assertThat(other).containsEntry(layer, digest);
            }
        });
    }

    @Test
    void isTheSameOfTheSameFiles(@TempDir Path scratch) throws IOException {
        assertThat(image(scratch.resolve("a"), "one").digest())
                .isEqualTo(image(scratch.resolve("b"), "one").digest())
                .isNotEqualTo(image(scratch.resolve("c"), "other").digest());
    }

    /** @param version what the application's own jars hold */
    private static ImageFile image(Path scratch, String version) throws IOException {
        var root = ImageRoot.emptied(scratch.resolve("root-" + version));
        for (var name : FILES) {
            var file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name.contains("rowhouse.jar") || name.contains("tenancy") ? name + version : name);
        }
        root.resolve("opt/java/bin/java").toFile().setExecutable(true);
        root.settle();
        return ImageFile.write(
                root, "rowhouse:test", scratch.resolve(version + ".tar"), scratch.resolve("layers-" + version));
    }
}
