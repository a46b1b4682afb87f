package dev.rowhouse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code k8s/README.md} say what the manifests say. */
class ReadmeTest {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void everyPolicyIsInTheTableOfFlows() throws IOException {
        var told = rows("| policy |").flatMap(row -> code(row.split("\\|")[1])).collect(Collectors.toSet());
        told.add("default-deny"); // which stands above the table

        assertThat(Rendering.all()
                        .flatMap(rendering -> rendering.of("NetworkPolicy"))
                        .map(Manifest::name)
                        .collect(Collectors.toSet()))
                .isEqualTo(told);
    }

    @Test
    void everyComponentIsNamed() throws IOException {
        var text = text();

        try (var folders = Files.list(Rendering.K8S.resolve("components"))) {
            assertThat(folders.map(folder -> "`" + folder.getFileName() + "`"))
                    .allSatisfy(name -> assertThat(text).contains(name));
        }
    }

    private static String text() throws IOException {
        return Files.readString(Rendering.K8S.resolve("README.md"));
    }

    private static Stream<String> rows(String head) throws IOException {
        return text().lines().dropWhile(line -> !line.startsWith(head)).skip(2).takeWhile(line -> line.startsWith("|"));
    }

    private static Stream<String> code(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1));
    }
}
