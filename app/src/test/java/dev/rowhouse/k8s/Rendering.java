package dev.rowhouse.k8s;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Everything that one {@code kubectl apply -k} would send.
 *
 * @param folder of its kustomization
 */
record Rendering(Path folder, List<Manifest> manifests) {

    static final Path K8S = Path.of("../k8s");

    private static final Rendering LOCAL = overlay("local");
    private static final Rendering PRODUCTION = overlay("production");
    private static final Rendering OPERATORS = overlay("operators");

    /** All overlays; together they take every component. */
    static Stream<Rendering> all() {
        return Stream.of(LOCAL, PRODUCTION, OPERATORS);
    }

    static Rendering local() {
        return LOCAL;
    }

    static Rendering production() {
        return PRODUCTION;
    }

    static Rendering operators() {
        return OPERATORS;
    }

    private static Rendering overlay(String name) {
        var folder = K8S.resolve("overlays").resolve(name);
        return new Rendering(folder, KustomizeStandIn.render(folder));
    }

    Rendering copy() {
        return new Rendering(folder, manifests.stream().map(Manifest::copy).toList());
    }

    Rendering with(Manifest further) {
        var more = new ArrayList<>(manifests);
        more.add(further);
        return new Rendering(folder, more);
    }

    Stream<Manifest> of(String kind) {
        return manifests.stream().filter(manifest -> manifest.kind().equals(kind));
    }

    boolean has(String kind, String name) {
        return manifests.stream().anyMatch(manifest -> manifest.is(kind, name));
    }

    /** What runs pods by itself, without an operator. */
    Stream<Manifest> workloads() {
        return manifests.stream().filter(manifest -> !manifest.pod().isMissingNode());
    }

    Manifest rowhouse() {
        return of("Deployment")
                .filter(manifest -> manifest.name().equals("rowhouse"))
                .findFirst()
                .orElseThrow();
    }

    JsonNode rowhouseContainer() {
        return rowhouse().pod().path("containers").path(0);
    }

    /** A property of Rowhouse's ConfigMap, empty for none. */
    String setting(String property) {
        return of("ConfigMap")
                .filter(manifest -> manifest.name().equals("rowhouse"))
                .map(manifest -> manifest.json().path("data").path(property).asString(""))
                .findFirst()
                .orElse("");
    }

    /** The labels of all pods, of those too that operators will make. */
    List<Map<String, String>> podLabels() {
        var labels = new ArrayList<Map<String, String>>();
        workloads().map(Manifest::podLabels).forEach(labels::add);
        of("Cluster")
                .map(of -> Map.of("cnpg.io/cluster", of.name(), "cnpg.io/podRole", "instance"))
                .forEach(labels::add);
        of("Kafka")
                .flatMap(of -> Stream.of("kafka", "entity-operator")
                        .map(part ->
                                Map.of("strimzi.io/cluster", of.name(), "strimzi.io/name", of.name() + "-" + part)))
                .forEach(labels::add);
        of("Redis").map(of -> Map.of("app", of.name())).forEach(labels::add);
        return labels;
    }

    /** Whether a label selector matches: {@code matchLabels}, and of the expressions {@code Exists}. */
    static boolean selects(JsonNode selector, Map<String, String> labels) {
        return labels.entrySet()
                        .containsAll(
                                Manifest.strings(selector.path("matchLabels")).entrySet())
                && selector.path("matchExpressions")
                        .valueStream()
                        .allMatch(expression ->
                                expression.path("operator").asString("").equals("Exists")
                                        && labels.containsKey(
                                                expression.path("key").asString("")));
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
