package dev.rowhouse.k8s;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What holds of the ways between pods. */
final class NetworkRules {

    private static final Set<String> API_SERVER = Set.of("443", "6443");
    private static final String ANYWHERE = "0.0.0.0/0";

    static final List<Rule> ALL = List.of(
            new Rule("nothing flows that is not allowed", NetworkRules::defaultDeny),
            new Rule("flows name their ends and ports", NetworkRules::named),
            new Rule("Rowhouse speaks to nobody without a name", NetworkRules::toNobody),
            new Rule("what is allowed to leave is allowed to arrive", NetworkRules::bothEnds),
            new Rule("who needs the API server reaches it", NetworkRules::toApiServer),
            new Rule("selectors select something", NetworkRules::selectors),
            new Rule("services lead to container ports", NetworkRules::servicePorts),
            new Rule("policies open ports that exist", NetworkRules::openedPorts));

    private NetworkRules() {}

    private static Stream<String> defaultDeny(Rendering rendering) {
        var denies = rendering
                .of("NetworkPolicy")
                .map(policy -> policy.at("/spec"))
                .anyMatch(spec -> spec.path("podSelector").isEmpty()
                        && spec.path("podSelector").isObject()
                        && spec.path("policyTypes")
                                .valueStream()
                                .map(type -> type.asString(""))
                                .toList()
                                .containsAll(List.of("Ingress", "Egress"))
                        && !spec.has("ingress")
                        && !spec.has("egress"));
        return denies ? Stream.of() : Stream.of("no policy denies both ways for every pod");
    }

    /** One rule of a policy: to whom or from whom, and by which ports. */
    private record Flow(Manifest policy, String direction, JsonNode peers, JsonNode ports) {

        static Stream<Flow> of(Rendering rendering) {
            return rendering
                    .of("NetworkPolicy")
                    .flatMap(policy -> Stream.concat(
                            policy.at("/spec/ingress").valueStream().map(rule -> flow(policy, "Ingress", "from", rule)),
                            policy.at("/spec/egress").valueStream().map(rule -> flow(policy, "Egress", "to", rule))));
        }

        private static Flow flow(Manifest policy, String direction, String peers, JsonNode rule) {
            return new Flow(policy, direction, rule.path(peers), rule.path("ports"));
        }

        boolean selects(Map<String, String> labels) {
            return Rendering.selects(policy.at("/spec/podSelector"), labels);
        }

        boolean hasPeer(Map<String, String> labels) {
            return peers.valueStream()
                    .anyMatch(peer -> isHere(peer) && Rendering.selects(peer.path("podSelector"), labels));
        }

        static boolean isHere(JsonNode peer) {
            return peer.has("podSelector") && !peer.has("namespaceSelector");
        }

        Stream<String> portNames() {
            return ports.valueStream().map(port -> port.path("port").asString(""));
        }
    }

    private static Stream<String> named(Rendering rendering) {
        return Flow.of(rendering)
                .filter(flow -> flow.peers().isEmpty()
                        || flow.ports().isEmpty()
                        || flow.peers().valueStream().anyMatch(JsonNode::isEmpty)
                        || !typed(flow)
                        || toAnywhere(flow) && !flow.portNames().allMatch(API_SERVER::contains))
                .map(flow -> flow.policy().id() + " " + flow.direction());
    }

    // The API server among them: no label names it.
    private static Stream<String> toNobody(Rendering rendering) {
        var labels = Manifest.strings(rendering.rowhouse().at("/spec/template/metadata/labels"));
        return Flow.of(rendering)
                .filter(flow -> flow.direction().equals("Egress") && toAnywhere(flow) && flow.selects(labels))
                .map(flow -> flow.policy().id());
    }

    // Instances of PostgreSQL tell it who is the primary; nodes of Kafka read their certificates there, its operator
    // its users.
    private static Stream<String> toApiServer(Rendering rendering) {
        return rendering.podLabels().stream()
                .filter(labels -> labels.containsKey("cnpg.io/cluster") || labels.containsKey("strimzi.io/cluster"))
                .filter(labels -> Flow.of(rendering)
                        .noneMatch(flow -> flow.direction().equals("Egress")
                                && flow.selects(labels)
                                && toAnywhere(flow)
                                && flow.portNames().toList().containsAll(API_SERVER)))
                .map(Map::toString);
    }

    private static boolean typed(Flow flow) {
        return flow.policy()
                .at("/spec/policyTypes")
                .valueStream()
                .anyMatch(type -> type.asString("").equals(flow.direction()));
    }

    private static boolean toAnywhere(Flow flow) {
        return flow.peers()
                .valueStream()
                .anyMatch(peer -> peer.at("/ipBlock/cidr").asString("").equals(ANYWHERE));
    }

    private static Stream<String> bothEnds(Rendering rendering) {
        var pods = rendering.podLabels();
        var flows = Flow.of(rendering).toList();
        return flows.stream()
                .filter(flow -> flow.direction().equals("Egress"))
                .flatMap(flow -> pods.stream()
                        .filter(flow::selects)
                        .flatMap(from -> pods.stream()
                                .filter(flow::hasPeer)
                                .flatMap(to -> flow.portNames()
                                        .filter(port -> !arrives(rendering, flows, from, to, port))
                                        .map(port -> flow.policy().id() + ": " + from + " to " + to + ":" + port))));
    }

    private static boolean arrives(
            Rendering rendering, List<Flow> flows, Map<String, String> from, Map<String, String> to, String port) {
        return flows.stream()
                .filter(flow -> flow.direction().equals("Ingress") && flow.selects(to) && flow.hasPeer(from))
                .flatMap(Flow::portNames)
                .anyMatch(opened ->
                        opened.equals(port) || number(rendering, to, opened).equals(port));
    }

    private static String number(Rendering rendering, Map<String, String> labels, String name) {
        return ports(rendering, labels)
                .filter(port -> port.path("name").asString("").equals(name))
                .map(port -> port.path("containerPort").asString(""))
                .findFirst()
                .orElse("");
    }

    private static Stream<JsonNode> ports(Rendering rendering, Map<String, String> labels) {
        return rendering
                .workloads()
                .filter(workload -> workload.podLabels().equals(labels))
                .flatMap(Manifest::containers)
                .flatMap(container -> container.path("ports").valueStream());
    }

    private static Stream<String> selectors(Rendering rendering) {
        var workloads = rendering
                .workloads()
                .filter(workload -> !Rendering.selects(workload.at("/spec/selector"), workload.podLabels()));
        var policies = rendering
                .of("NetworkPolicy")
                .filter(policy -> rendering.podLabels().stream()
                        .noneMatch(labels -> Rendering.selects(policy.at("/spec/podSelector"), labels)));
        var monitors = rendering
                .of("ServiceMonitor")
                .filter(monitor -> rendering
                        .of("Service")
                        .noneMatch(service -> Rendering.selects(
                                        monitor.at("/spec/selector"), Manifest.strings(service.at("/metadata/labels")))
                                && service.at("/spec/ports")
                                        .valueStream()
                                        .anyMatch(port ->
                                                port.path("name").equals(monitor.at("/spec/endpoints/0/port")))));
        var services = rendering
                .of("Service")
                .filter(service -> selected(rendering, service).findAny().isEmpty());
        return Stream.of(workloads, policies, monitors, services)
                .flatMap(broken -> broken)
                .map(Manifest::id);
    }

    private static Stream<Manifest> selected(Rendering rendering, Manifest service) {
        var selector = Manifest.strings(service.at("/spec/selector"));
        return rendering
                .workloads()
                .filter(workload ->
                        workload.podLabels().entrySet().containsAll(selector.entrySet()) && !selector.isEmpty());
    }

    private static Stream<String> servicePorts(Rendering rendering) {
        return rendering
                .of("Service")
                .flatMap(service -> service.at("/spec/ports")
                        .valueStream()
                        .map(port -> port.path("targetPort")
                                .asString(port.path("port").asString("")))
                        .filter(target -> selected(rendering, service)
                                .flatMap(Manifest::containers)
                                .flatMap(container -> container.path("ports").valueStream())
                                .noneMatch(port -> isPort(port, target)))
                        .map(target -> service.id() + ": " + target));
    }

    private static Stream<String> openedPorts(Rendering rendering) {
        return Flow.of(rendering)
                .filter(flow -> flow.direction().equals("Ingress"))
                .flatMap(flow -> rendering
                        .workloads()
                        .filter(workload -> flow.selects(workload.podLabels()))
                        .flatMap(workload -> flow.portNames()
                                .filter(opened -> workload.containers()
                                        .flatMap(container ->
                                                container.path("ports").valueStream())
                                        .noneMatch(port -> isPort(port, opened)))
                                .map(opened -> flow.policy().id() + ": " + opened)));
    }

    private static boolean isPort(JsonNode port, String name) {
        return port.path("name").asString("").equals(name)
                || port.path("containerPort").asString("").equals(name);
    }
}
