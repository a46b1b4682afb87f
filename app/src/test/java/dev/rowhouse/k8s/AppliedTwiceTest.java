package dev.rowhouse.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was applied can be applied again, at any time, whatever controllers have done in between. */
class AppliedTwiceTest {

    private final ApiServerStandIn server = new ApiServerStandIn();

    static Stream<Rendering> renderings() {
        return Rendering.all();
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void theSecondTimeChangesNothing(Rendering rendering) {
        server.apply(rendering.manifests());
        assertThat(server.writes()).isEqualTo(rendering.manifests().size());

        server.setAsSomebodyElse("Deployment/rowhouse", "/status", Manifest.value("{readyReplicas: 7}"));
        server.apply(KustomizeStandIn.render(rendering.folder()));

        assertThat(server.writes()).isEqualTo(rendering.manifests().size());
    }

    @Test
    void whatIsNoLongerAppliedGoes() {
        var production = Rendering.production();
        server.apply(production.manifests());
        var shorter = Mutation.of("ConfigMap/rowhouse", "{op: remove, path: /data/rowhouse.warm-houses}")
                .applyTo(production);

        server.apply(shorter.manifests());

        assertThat(server.get("ConfigMap/rowhouse").path("data").has("rowhouse.warm-houses"))
                .isFalse();
    }

    @Test
    void whatTheAutoscalerHasSetStays() {
        var production = Rendering.production();
        server.apply(production.manifests());
        server.setAsSomebodyElse("Deployment/rowhouse", "/spec/replicas", Manifest.value("7"));
        var writes = server.writes();

        server.apply(production.manifests());

        assertThat(server.writes()).isEqualTo(writes);
        assertThat(server.get("Deployment/rowhouse").at("/spec/replicas").asInt())
                .isEqualTo(7);
    }

    @Test
    void aDeploymentWithANumberOfItsOwnWouldSetItBack() {
        var fixed = Mutation.of("Deployment/rowhouse", "{op: add, path: /spec/replicas, value: 3}")
                .applyTo(Rendering.production());
        server.apply(fixed.manifests());
        server.setAsSomebodyElse("Deployment/rowhouse", "/spec/replicas", Manifest.value("7"));
        var writes = server.writes();

        server.apply(fixed.manifests());

        assertThat(server.writes()).isEqualTo(writes + 1);
    }

    @Test
    void oneThingUnderTwoDescriptionsWouldChangeEachTime() {
        var twice = Mutation.of(
                        "-",
                        "{further: {apiVersion: v1, kind: Service, metadata: {name: rowhouse}, spec: {clusterIP: None}}}")
                .applyTo(Rendering.production());

        assertThatThrownBy(() -> server.apply(twice.manifests())).hasMessageContaining("/spec/clusterIP");
    }

    @Test
    void anUpgradeIsNotStoppedByWhatCannotChange() {
        var production = Rendering.production();
        server.apply(production.manifests());
        var upgrade = Mutation.of(
                        "Deployment/rowhouse",
                        "{op: replace, path: /spec/template/spec/containers/0/image, value: 'rowhouse:2'}")
                .applyTo(production);

        server.apply(upgrade.manifests());

        assertThat(server.writes()).isEqualTo(production.manifests().size() + 1);
    }
}
