package dev.rowhouse.k8s;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Merges what a patch says into an object: members by name, the lists below by the member that tells their entries apart. */
final class StrategicMerge {

    private static final Map<String, String> KEYS = Map.of(
            "containers", "name",
            "initContainers", "name",
            "env", "name",
            "volumes", "name",
            "volumeMounts", "mountPath",
            "topologySpreadConstraints", "topologyKey");

    private StrategicMerge() {}

    static void merge(ObjectNode into, JsonNode patch) {
        patch.propertyStream().forEach(member -> {
            var name = member.getKey();
            var value = member.getValue();
            var present = into.path(name);
            if (present instanceof ObjectNode object && value.isObject()) {
                merge(object, value);
            } else if (present instanceof ArrayNode list && KEYS.containsKey(name)) {
                value.forEach(entry -> mergeEntry(list, KEYS.get(name), entry));
            } else {
                into.set(name, value.deepCopy());
            }
        });
    }

    private static void mergeEntry(ArrayNode list, String key, JsonNode entry) {
        for (var present : list) {
            if (present.path(key).equals(entry.path(key))) {
                merge((ObjectNode) present, entry);
                return;
            }
        }
        list.add(entry.deepCopy());
    }
}
