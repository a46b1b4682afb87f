package dev.rowhouse.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for {@code kubectl kustomize}, so that the build needs a JDK alone. It knows the few members of a kustomization
 * that are used here and refuses every other. Where kubectl is installed a test compares the two.
 */
final class KustomizeStandIn {

    private static final Set<String> KNOWN = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "components",
            "configMapGenerator",
            "patches",
            "labels",
            "images");
    private static final Set<String> GENERATOR = Set.of("name", "files", "options");

    private KustomizeStandIn() {}

    /** Returns what the kustomization in {@code folder} renders to. */
    static List<Manifest> render(Path folder) {
        var manifests = new ArrayList<Manifest>();
        build(folder, manifests);
        return List.copyOf(manifests);
    }

    private static void build(Path folder, List<Manifest> manifests) {
        var kustomization =
                Manifest.read(folder.resolve("kustomization.yaml")).getFirst().json();
        refuseUnknown(folder, kustomization, KNOWN);
        kustomization.path("resources").forEach(resource -> manifests.addAll(resource(folder, resource.asString())));
        // A component works on everything that was gathered before it.
        kustomization.path("components").forEach(component -> build(folder.resolve(component.asString()), manifests));
        kustomization.path("configMapGenerator").forEach(generator -> manifests.add(generated(folder, generator)));
        kustomization.path("patches").forEach(patch -> patch(folder, patch, manifests));
        if (kustomization.has("namespace")) {
            namespace(kustomization.path("namespace").asString(), manifests);
        }
        kustomization.path("labels").forEach(label -> manifests.forEach(manifest -> label(manifest, label)));
        kustomization.path("images").forEach(image -> manifests.forEach(manifest -> image(manifest, image)));
    }

    private static List<Manifest> resource(Path folder, String name) {
        var path = folder.resolve(name);
        return Files.isDirectory(path) ? render(path) : Manifest.read(path);
    }

    private static void refuseUnknown(Path folder, JsonNode members, Set<String> known) {
        members.propertyNames().stream().filter(name -> !known.contains(name)).forEach(name -> {
            throw new IllegalArgumentException(folder + ": this stand-in does not know '" + name + "'");
        });
    }

    // Of the files; with a name that does not change with them, or the stand-in would have to change who refers to it.
    private static Manifest generated(Path folder, JsonNode generator) {
        refuseUnknown(folder, generator, GENERATOR);
        var options = generator.path("options");
        if (!options.path("disableNameSuffixHash").asBoolean(false)) {
            throw new IllegalArgumentException(folder + ": this stand-in appends no hash to a name");
        }
        var map = Manifest.read("{apiVersion: v1, kind: ConfigMap, metadata: {}, data: {}}")
                .getFirst();
        var metadata = map.json()
                .withObject("/metadata")
                .put("name", generator.path("name").asString());
        if (options.has("labels")) {
            metadata.set("labels", options.path("labels"));
        }
        generator.path("files").forEach(name -> {
            var file = folder.resolve(name.asString());
            map.json().withObject("/data").put(file.getFileName().toString(), text(file));
        });
        return map;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void patch(Path folder, JsonNode patch, List<Manifest> manifests) {
        if (patch.has("patch")) {
            var target = patch.path("target");
            var operations = Manifest.value(patch.path("patch").asString());
            var patched = find(
                    manifests,
                    target.path("kind").asString(),
                    target.path("name").asString());
            operations.forEach(operation -> JsonPatch.apply(patched.json(), operation));
        } else {
            Manifest.read(folder.resolve(patch.path("path").asString())).forEach(change -> {
                var patched = find(manifests, change.kind(), change.name());
                StrategicMerge.merge(patched.json(), change.json());
            });
        }
    }

    private static Manifest find(List<Manifest> manifests, String kind, String name) {
        return manifests.stream()
                .filter(manifest -> manifest.is(kind, name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing to patch: " + kind + "/" + name));
    }

    private static void namespace(String namespace, List<Manifest> manifests) {
        for (var manifest : manifests) {
            var metadata = (ObjectNode) manifest.json().path("metadata");
            metadata.put(manifest.kind().equals("Namespace") ? "name" : "namespace", namespace);
            for (var subject : manifest.at("/subjects")) {
                ((ObjectNode) subject).put("namespace", namespace);
            }
        }
    }

    private static void label(Manifest manifest, JsonNode label) {
        var metadata = (ObjectNode) manifest.json().path("metadata");
        metadata.withObject("/labels").setAll((ObjectNode) label.path("pairs"));
    }

    private static void image(Manifest manifest, JsonNode image) {
        var name = Pattern.compile("(" + Pattern.quote(image.path("name").asString()) + ")([:@].*)?");
        manifest.containers().map(ObjectNode.class::cast).forEach(container -> {
            var matcher = name.matcher(container.path("image").asString(""));
            if (matcher.matches()) {
                var newName = image.path("newName").asString(matcher.group(1));
                container.put("image", newName + ":" + image.path("newTag").asString());
            }
        });
    }
}
