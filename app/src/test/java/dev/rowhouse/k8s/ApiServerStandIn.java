package dev.rowhouse.k8s;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for an API server, as far as {@code kubectl apply} of whole objects needs one: it keeps what others have set, takes
 * away what was applied before and is not any more, refuses what cannot change, and counts what it wrote.
 */
final class ApiServerStandIn {

    private static final List<String> IMMUTABLE =
            List.of("/spec/selector", "/spec/volumeClaimTemplates", "/spec/serviceName", "/spec/clusterIP", "/roleRef");

    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
    private final Map<String, ObjectNode> lastApplied = new HashMap<>();
    private int writes;

    int writes() {
        return writes;
    }

    ObjectNode get(String id) {
        return Objects.requireNonNull(objects.get(id), id);
    }

    void apply(List<Manifest> manifests) {
        manifests.forEach(this::apply);
    }

    private void apply(Manifest manifest) {
        var id = manifest.id();
        var present = objects.get(id);
        var applied = manifest.json();
        var next = present == null ? applied.deepCopy() : present.deepCopy();
        if (present != null) {
            forget(next, lastApplied.get(id), applied);
            StrategicMerge.merge(next, applied);
            refuseChanged(id, present, next, manifest.kind());
        }
        if (!next.equals(present)) {
            writes++;
        }
        objects.put(id, next);
        lastApplied.put(id, applied.deepCopy());
    }

    /** Sets a member as somebody else than who applies: an autoscaler, a controller. */
    void setAsSomebodyElse(String id, String path, JsonNode value) {
        var operation = new JsonMapper().createObjectNode();
        operation.put("op", "add").put("path", path).set("value", value);
        JsonPatch.apply(get(id), operation);
    }

    private static void forget(ObjectNode object, @Nullable ObjectNode before, JsonNode now) {
        if (before == null) {
            return;
        }
        before.propertyStream().forEach(member -> {
            var name = member.getKey();
            if (!now.has(name)) {
                object.remove(name);
            } else if (member.getValue() instanceof ObjectNode deeper
                    && object.path(name) instanceof ObjectNode present) {
                forget(present, deeper, now.path(name));
            }
        });
    }

    private static void refuseChanged(String id, JsonNode before, JsonNode after, String kind) {
        for (var path : IMMUTABLE) {
            // A Service and a PodDisruptionBudget may select others.
            var free = path.equals("/spec/selector") && !kind.equals("Deployment") && !kind.equals("StatefulSet");
            if (!free && !before.at(path).equals(after.at(path))) {
                throw new IllegalStateException(id + ": " + path + " cannot change");
            }
        }
    }
}
