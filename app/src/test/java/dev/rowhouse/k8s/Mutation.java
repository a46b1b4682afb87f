package dev.rowhouse.k8s;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One thing that somebody might do to a manifest.
 *
 * @param subject kind and name
 * @param change an operation of {@link JsonPatch}, or {@code further} with one object more
 */
record Mutation(String subject, JsonNode change) {

    static Mutation of(String subject, String change) {
        return new Mutation(subject, Manifest.value(change));
    }

    Rendering applyTo(Rendering rendering) {
        var copy = rendering.copy();
        if (change.has("further")) {
            var further = Manifest.read(change.path("further").toString()).getFirst();
            further.json()
                    .withObject("/metadata")
                    .put("namespace", rendering.rowhouse().namespace());
            return copy.with(further);
        }
        var spoiled = copy.manifests().stream()
                .filter(manifest -> manifest.id().equals(subject))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(subject + " is not among " + ids(copy)));
        JsonPatch.apply(spoiled.json(), change);
        return copy;
    }

    private static List<String> ids(Rendering rendering) {
        return rendering.manifests().stream().map(Manifest::id).toList();
    }
}
