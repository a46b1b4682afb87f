package dev.rowhouse.k8s;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What holds of the number of instances, and of where they run. */
final class ScaleRules {

    // Of the admin API, where an order for a shard does not say otherwise.
    private static final int LANES = 8;
    // Plain reads, plain writes, transactions and reads by key. The last has one for each core, if those are fewer; the
    // JVM sees all cores of its node, as it reads a CPU limit, of which there is none, and never the request.
    private static final int KINDS = 4;
    // Journal, relay, warm pool and provisioning, per instance and shard.
    private static final int OWN_CONNECTIONS = 8;
    // rowhouse.control.connections, where it is not set.
    private static final int CONTROL_CONNECTIONS = 16;
    // An end takes up to 55 s and a start some 20: so many of those that a rollout replaces still hold their
    // connections.
    private static final int ENDING = 2;
    private static final Set<String> SIGNALS = Set.of("cpu", "rowhouse_requests_in_flight");

    static final List<Rule> ALL = List.of(
            new Rule(
                    "autoscalers have a target",
                    rendering -> scalers(rendering)
                            .filter(scaler -> !rendering.has("Deployment", target(scaler)))
                            .map(Manifest::id)),
            new Rule("one hand sets the number of instances", ScaleRules::oneHand),
            new Rule(
                    "load is seen as CPU and as requests in flight",
                    rendering -> scalers(rendering)
                            .filter(scaler -> !signals(scaler).containsAll(SIGNALS))
                            .map(Manifest::id)),
            new Rule(
                    "nobody shrinks at the first quiet minute",
                    rendering -> scalers(rendering)
                            .filter(scaler -> behavior(scaler)
                                            .at("/scaleDown/stabilizationWindowSeconds")
                                            .asInt(0)
                                    < 300)
                            .map(Manifest::id)),
            new Rule("disruptions are bounded and possible", ScaleRules::disruptions),
            new Rule("instances stand apart", ScaleRules::spread),
            new Rule(
                    "a rollout takes nobody away",
                    rendering -> Stream.of(rendering.rowhouse())
                            .filter(manifest -> manifest.at("/spec/strategy/rollingUpdate/maxUnavailable")
                                            .asInt(1)
                                    != 0)
                            .map(Manifest::id)),
            new Rule("connections fit into the shards", ScaleRules::connections));

    private ScaleRules() {}

    private static Stream<Manifest> scalers(Rendering rendering) {
        return rendering.manifests().stream()
                .filter(manifest -> manifest.kind().equals("HorizontalPodAutoscaler")
                        || manifest.kind().equals("ScaledObject"));
    }

    private static String target(Manifest scaler) {
        return scaler.at("/spec/scaleTargetRef/name").asString("");
    }

    private static JsonNode behavior(Manifest scaler) {
        return scaler.kind().equals("ScaledObject")
                ? scaler.at("/spec/advanced/horizontalPodAutoscalerConfig/behavior")
                : scaler.at("/spec/behavior");
    }

    private static int most(Manifest scaler) {
        return scaler.at("/spec/maxReplicas")
                .asInt(scaler.at("/spec/maxReplicaCount").asInt(0));
    }

    private static int least(Manifest scaler) {
        return scaler.at("/spec/minReplicas")
                .asInt(scaler.at("/spec/minReplicaCount").asInt(0));
    }

    private static Set<String> signals(Manifest scaler) {
        var metrics = scaler.at("/spec/metrics")
                .valueStream()
                .map(metric -> metric.at("/resource/name")
                        .asString(metric.at("/pods/metric/name").asString("")));
        var triggers = scaler.at("/spec/triggers")
                .valueStream()
                .map(trigger -> trigger.path("type").asString("").equals("cpu")
                        ? "cpu"
                        : trigger.at("/metadata/query")
                                .asString("")
                                .replaceAll("^sum\\((\\w+)\\{namespace=\"" + scaler.namespace() + "\"}\\)$", "$1"));
        return Stream.concat(metrics, triggers).collect(Collectors.toSet());
    }

    // Applying the folder again would set back what an autoscaler has set.
    private static Stream<String> oneHand(Rendering rendering) {
        var scaled = scalers(rendering).map(ScaleRules::target).toList();
        return rendering
                .workloads()
                .filter(manifest -> manifest.kind().equals("Deployment"))
                .flatMap(manifest -> {
                    var hands = scaled.stream().filter(manifest.name()::equals).count()
                            + (manifest.at("/spec").has("replicas") ? 1 : 0);
                    return hands > 1 ? Stream.of(manifest.id() + " is scaled by " + hands) : Stream.of();
                });
    }

    private static Stream<String> disruptions(Rendering rendering) {
        return scalers(rendering).flatMap(scaler -> {
            var budgets = rendering
                    .of("PodDisruptionBudget")
                    .filter(budget -> Rendering.selects(
                            budget.at("/spec/selector"), rendering.rowhouse().podLabels()))
                    .toList();
            if (budgets.size() != 1) {
                return Stream.of(budgets.size() + " budgets for " + target(scaler));
            }
            var budget = budgets.getFirst().at("/spec");
            var allowed = budget.has("maxUnavailable")
                    ? budget.path("maxUnavailable").asInt(0)
                    : least(scaler) - budget.path("minAvailable").asInt(0);
            return allowed >= 1 && allowed < least(scaler)
                    ? Stream.of()
                    : Stream.of(allowed + " of at least " + least(scaler) + " may leave");
        });
    }

    private static Stream<String> spread(Rendering rendering) {
        var constraints = rendering.rowhouse().pod().path("topologySpreadConstraints");
        var over = constraints
                .valueStream()
                .filter(constraint -> Rendering.selects(
                        constraint.path("labelSelector"), rendering.rowhouse().podLabels()))
                .map(constraint -> constraint.path("topologyKey").asString(""))
                .collect(Collectors.toSet());
        var needed = Set.of("topology.kubernetes.io/zone", "kubernetes.io/hostname");
        return scalers(rendering)
                .filter(_ -> !over.equals(needed))
                .map(scaler -> scaler.id() + ": spread over " + over);
    }

    private static Stream<String> connections(Rendering rendering) {
        var surge =
                rendering.rowhouse().at("/spec/strategy/rollingUpdate/maxSurge").asInt(1);
        var most = scalers(rendering).mapToInt(ScaleRules::most).max().orElse(1);
        var instances = most + surge + ENDING;
        var perKind = Integer.parseInt(rendering.setting("rowhouse.lanes.connections"));
        var perShard = instances * (LANES * KINDS * perKind + OWN_CONNECTIONS);
        return Stream.concat(
                tooFew(shards(rendering), perShard),
                tooFew(servers(rendering), perShard + instances * CONTROL_CONNECTIONS));
    }

    private static Stream<String> tooFew(Stream<JsonNode> limits, int needed) {
        return limits.map(limit -> Integer.parseInt(limit.asString().replaceAll("\\D", "")))
                .filter(limit -> limit < needed)
                .map(limit -> needed + " connections for " + limit);
    }

    private static Stream<JsonNode> shards(Rendering rendering) {
        return rendering
                .of("Cluster")
                .filter(cluster -> cluster.name().startsWith("shard"))
                .map(cluster -> cluster.at("/spec/postgresql/parameters/max_connections"));
    }

    // What runs without an operator holds the control database as well.
    private static Stream<JsonNode> servers(Rendering rendering) {
        return rendering
                .workloads()
                .flatMap(Manifest::containers)
                .flatMap(container -> container.path("args").valueStream())
                .filter(argument -> argument.asString("").startsWith("-cmax_connections="));
    }
}
