package dev.rowhouse.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class KustomizeStandInTest {

    static Stream<Rendering> renderings() {
        return Rendering.all();
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void rendersWhatKubectlRenders(Rendering rendering) throws Exception {
        compare(rendering.folder());
    }

    @Test
    void generatesWhatKubectlGenerates(@TempDir Path folder) throws Exception {
        Files.createDirectory(folder.resolve("boards"));
        Files.writeString(folder.resolve("boards/one.json"), "{\"a\": 1}\n");
        Files.writeString(folder.resolve("kustomization.yaml"), """
                namespace: here
                configMapGenerator:
                  - name: boards
                    files: [boards/one.json]
                    options: {disableNameSuffixHash: true, labels: {board: "1"}}
                """);

        assertThat(KustomizeStandIn.render(folder)).hasSize(1);
        compare(folder);
    }

    @Test
    void refusesWhatItDoesNotKnow(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("kustomization.yaml"), "namePrefix: a-\nresources: []\n");

        assertThatThrownBy(() -> KustomizeStandIn.render(folder)).hasMessageContaining("'namePrefix'");
    }

    private static void compare(Path folder) throws Exception {
        if (!hasKubectl()) {
            System.out.println("*** kubectl is not installed: " + folder
                    + " was rendered by the stand-in alone and not compared with kustomize ***");
            return;
        }
        var kubectl = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                .redirectErrorStream(true)
                .start();
        var rendered = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(kubectl.waitFor()).as(rendered).isZero();
        assertThat(byId(KustomizeStandIn.render(folder))).isEqualTo(byId(Manifest.read(rendered)));
    }

    private static Map<String, JsonNode> byId(List<Manifest> manifests) {
        var byId = new TreeMap<String, JsonNode>();
        manifests.forEach(manifest -> byId.put(manifest.apiVersion() + " " + manifest.id(), manifest.json()));
        return byId;
    }

    private static boolean hasKubectl() throws InterruptedException {
        try {
            return new ProcessBuilder("kubectl", "version", "--client").start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
