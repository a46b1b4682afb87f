package dev.rowhouse.k8s;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Refuses unknown members and missing ones: by Kubernetes' own Java models, and by {@link Shape}s for what operators define. The
 * shapes are ours, written after the operators' documentation; they know the members that are used here and no others.
 */
final class StrictSchemas {

    private interface Model {
        void validate(JsonElement json) throws IOException;
    }

    private static final Map<String, Model> MODELS = Map.ofEntries(
            Map.entry("v1 ConfigMap", V1ConfigMap::validateJsonElement),
            Map.entry("v1 Namespace", V1Namespace::validateJsonElement),
            Map.entry("v1 Secret", V1Secret::validateJsonElement),
            Map.entry("v1 Service", V1Service::validateJsonElement),
            Map.entry("v1 ServiceAccount", V1ServiceAccount::validateJsonElement),
            Map.entry("apps/v1 Deployment", V1Deployment::validateJsonElement),
            Map.entry("apps/v1 StatefulSet", V1StatefulSet::validateJsonElement),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement),
            Map.entry("networking.k8s.io/v1 Ingress", V1Ingress::validateJsonElement),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement),
            Map.entry("policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement),
            Map.entry("rbac.authorization.k8s.io/v1 Role", V1Role::validateJsonElement),
            Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", V1RoleBinding::validateJsonElement));

    private static final Set<String> MEMBERS = Set.of("apiVersion", "kind", "metadata", "spec");

    private StrictSchemas() {}

    /** Returns what is wrong with an object, one line each. */
    static Stream<String> violations(Manifest manifest) {
        var type = manifest.apiVersion() + " " + manifest.kind();
        var model = MODELS.get(type);
        if (model != null) {
            return by(model, manifest, manifest.json().toString());
        }
        var shape = Shape.of(type);
        if (shape == null) {
            return Stream.of(manifest.id() + ": no schema for " + type);
        }
        var members = manifest.json().propertyNames().stream()
                .filter(name -> !MEMBERS.contains(name))
                .map(name -> manifest.id() + ": unknown: " + name);
        var metadata = by(
                V1ObjectMeta::validateJsonElement,
                manifest,
                manifest.at("/metadata").toString());
        var spec = shape.violations(manifest.at("/spec")).map(violation -> manifest.id() + ": spec" + violation);
        return Stream.of(members, metadata, spec).flatMap(all -> all);
    }

    private static Stream<String> by(Model model, Manifest manifest, String json) {
        try {
            model.validate(JsonParser.parseString(json));
            return Stream.of();
        } catch (IllegalArgumentException | IllegalStateException refused) {
            return Stream.of(manifest.id() + ": " + refused.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
