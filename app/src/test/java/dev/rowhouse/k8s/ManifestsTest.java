package dev.rowhouse.k8s;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rendering is what Kubernetes takes, and what our rules ask. That each rule can fail is shown by {@link MutationsTest}. */
class ManifestsTest {

    static Stream<Arguments> rules() {
        return Rendering.all().flatMap(rendering -> Rule.ALL.stream().map(rule -> Arguments.of(rendering, rule)));
    }

    static Stream<Rendering> renderings() {
        return Rendering.all();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rules")
    void holds(Rendering rendering, Rule rule) {
        assertThat(rule.brokenBy(rendering)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void hasNoUnknownAndNoMissingMember(Rendering rendering) {
        assertThat(rendering.manifests().stream().flatMap(StrictSchemas::violations))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Deployment/rowhouse        | {op: add, path: /spec/template/spec/containers/0/readinesProbe, value: {}}
            Deployment/rowhouse        | {op: remove, path: /spec/selector}
            Deployment/rowhouse        | {op: add, path: /spec/template/spec/containers/0/livenessProbe/httpGet/uri, value: /}
            NetworkPolicy/default-deny | {op: add, path: /spec/policyType, value: []}
            ServiceAccount/rowhouse    | {op: add, path: /automount, value: true}
            Cluster/shard-1            | {op: add, path: /spec/instance, value: 2}
            Cluster/shard-1            | {op: remove, path: /spec/storage/size}
            Cluster/shard-1            | {op: replace, path: /spec/instances, value: "2"}
            Kafka/events               | {op: replace, path: /spec/kafka/listeners/0/type, value: inside}
            Kafka/events               | {op: replace, path: /apiVersion, value: kafka.strimzi.io/v1beta2}
            Redis/redis                | {op: add, path: /metadata/label, value: {}}
            ScaledObject/rowhouse      | {op: add, path: /status, value: {}}
            Certificate/rowhouse       | {op: replace, path: /spec/duration, value: 90 days}
            Ingress/rowhouse           | {op: replace, path: /apiVersion, value: extensions/v1beta1}
            """)
    void aMemberThatNobodyKnowsOrThatIsMissingIsSeen(String subject, String change) {
        var spoiled = Mutation.of(subject, change).applyTo(Rendering.operators());

        assertThat(spoiled.manifests().stream().flatMap(StrictSchemas::violations))
                .hasSize(1)
                .first()
                .asString()
                .contains(subject);
    }

    @Test
    void everyOverlayIsRendered() {
        assertThat(folders("overlays"))
                .isEqualTo(Rendering.all().map(Rendering::toString).collect(toSet()));
    }

    @Test
    void everyComponentIsTaken() {
        var taken = Rendering.all()
                .map(rendering -> Manifest.read(rendering.folder().resolve("kustomization.yaml"))
                        .getFirst())
                .flatMap(kustomization -> kustomization.at("/components").valueStream())
                .map(component -> Path.of(component.asString()).getFileName().toString())
                .collect(toSet());

        assertThat(taken).containsAll(folders("components"));
    }

    private static Set<String> folders(String of) {
        try (var folders = Files.list(Rendering.K8S.resolve(of))) {
            return folders.map(folder -> folder.getFileName().toString()).collect(toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
