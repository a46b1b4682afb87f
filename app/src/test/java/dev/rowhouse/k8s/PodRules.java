package dev.rowhouse.k8s;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What holds of the pods. */
final class PodRules {

    private static final String ALIVE = "/actuator/health/liveness";
    private static final String READY = "/actuator/health/readiness";
    // MiB of class data, compiled code, threads and the collector.
    private static final int BESIDE_HEAP_AND_BUFFERS = 256;
    private static final Set<String> VOLUMES =
            Set.of("configMap", "emptyDir", "projected", "secret", "persistentVolumeClaim");

    static final List<Rule> ALL = List.of(
            container("images are pinned", PodRules::pinned),
            container(
                    "every container is probed",
                    container -> container.has("livenessProbe") && container.has("readinessProbe")),
            new Rule("probes ask for what they mean", PodRules::probes),
            container("resources are requested and memory is limited", PodRules::measured),
            new Rule(
                    "no CPU limit stalls Rowhouse's event loops",
                    rendering -> Stream.of(rendering.rowhouseContainer())
                            .map(container -> container.path("resources"))
                            .filter(resources -> resources.at("/limits").has("cpu")
                                    || !resources.at("/limits/memory").equals(resources.at("/requests/memory")))
                            .map(JsonNode::toString)),
            new Rule("heap and buffers leave room for the rest", PodRules::memory),
            pod(
                    "nobody is root",
                    pod -> pod.at("/securityContext/runAsNonRoot").asBoolean(false)
                            && pod.at("/securityContext/runAsUser").asInt(0) > 0),
            container("nobody becomes root", PodRules::staysUser),
            pod(
                    "system calls are filtered",
                    pod -> pod.at("/securityContext/seccompProfile/type")
                            .asString("")
                            .equals("RuntimeDefault")),
            container("capabilities are dropped", PodRules::powerless),
            container(
                    "root file systems are read-only",
                    container -> container
                            .at("/securityContext/readOnlyRootFilesystem")
                            .asBoolean(false)),
            pod("the node is out of reach", PodRules::apart),
            pod(
                    "services are found by name, not by variables",
                    pod -> !pod.path("enableServiceLinks").asBoolean(true)),
            new Rule("the namespace takes the operators' pods", PodRules::refusedPods),
            new Rule("the end is long enough", PodRules::ends));

    private PodRules() {}

    private static Rule pod(String name, Predicate<JsonNode> holds) {
        return Rule.ofEach(name, Rendering::workloads, workload -> holds.test(workload.pod()));
    }

    private static Rule container(String name, Predicate<JsonNode> holds) {
        return Rule.ofEach(
                name, Rendering::workloads, workload -> workload.containers().allMatch(holds));
    }

    private static boolean pinned(JsonNode container) {
        var image = container.path("image").asString("");
        var tag = image.substring(image.lastIndexOf('/') + 1);
        return image.contains("@sha256:") || tag.contains(":") && !tag.endsWith(":latest");
    }

    private static Stream<String> probes(Rendering rendering) {
        var container = rendering.rowhouseContainer();
        return Stream.of(
                        probe(container, "startupProbe", ALIVE),
                        probe(container, "livenessProbe", ALIVE),
                        probe(container, "readinessProbe", READY),
                        container.at("/livenessProbe/failureThreshold").asInt(0) >= 3
                                ? ""
                                : "livenessProbe: one slow answer restarts it",
                        rendering
                                        .setting("management.server.port")
                                        .equals(portNamed(container, "management")
                                                .asString(""))
                                ? ""
                                : "management.server.port is not the port that is asked")
                .filter(violation -> !violation.isEmpty());
    }

    private static JsonNode portNamed(JsonNode container, String name) {
        return container
                .path("ports")
                .valueStream()
                .filter(port -> port.path("name").asString("").equals(name))
                .findFirst()
                .orElseThrow()
                .path("containerPort");
    }

    private static String probe(JsonNode container, String probe, String path) {
        var asked = container.path(probe).path("httpGet");
        return asked.path("path").asString("").equals(path)
                        && asked.path("port").asString("").equals("management")
                ? ""
                : probe + " asks " + asked;
    }

    private static boolean measured(JsonNode container) {
        var resources = container.path("resources");
        return resources.at("/requests").has("cpu")
                && resources.at("/requests").has("memory")
                && resources.at("/limits").has("memory");
    }

    private static Stream<String> memory(Rendering rendering) {
        var container = rendering.rowhouseContainer();
        var options = container
                .path("env")
                .valueStream()
                .filter(variable -> variable.path("name").asString("").equals("JAVA_TOOL_OPTIONS"))
                .map(variable -> variable.path("value").asString(""))
                .findFirst()
                .orElse("");
        var limit = mebibytes(container.at("/resources/limits/memory").asString(""));
        var heap = limit * number(options, "-XX:MaxRAMPercentage=(\\d+)") / 100;
        var direct = number(options, "-XX:MaxDirectMemorySize=(\\d+)m");
        return heap > 0 && direct > 0 && heap + direct + BESIDE_HEAP_AND_BUFFERS <= limit
                ? Stream.of()
                : Stream.of(heap + " MiB of heap, " + direct + " MiB of buffers, of " + limit + " MiB");
    }

    private static int mebibytes(String quantity) {
        return number(quantity, "^(\\d+)Mi$") + 1024 * number(quantity, "^(\\d+)Gi$");
    }

    private static int number(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    private static boolean staysUser(JsonNode container) {
        var context = container.path("securityContext");
        return !context.path("allowPrivilegeEscalation").asBoolean(true)
                && !context.path("privileged").asBoolean(false)
                && context.path("runAsUser").asInt(1) > 0
                && context.path("runAsNonRoot").asBoolean(true);
    }

    private static boolean powerless(JsonNode container) {
        var capabilities = container.at("/securityContext/capabilities");
        return capabilities.at("/drop/0").asString("").equals("ALL") && !capabilities.has("add");
    }

    private static boolean apart(JsonNode pod) {
        return !pod.path("hostNetwork").asBoolean(false)
                && !pod.path("hostPID").asBoolean(false)
                && !pod.path("hostIPC").asBoolean(false)
                && pod.path("containers")
                        .valueStream()
                        .flatMap(container -> container.path("ports").valueStream())
                        .noneMatch(port -> port.has("hostPort"))
                && pod.path("volumes")
                        .valueStream()
                        .allMatch(volume -> volume.propertyNames().stream()
                                .allMatch(name -> name.equals("name") || VOLUMES.contains(name)));
    }

    // The same standard as above, where the operator's default is less. CloudNativePG keeps to it by itself.
    private static Stream<String> refusedPods(Rendering rendering) {
        return Stream.of(
                        refused(
                                rendering,
                                "Kafka",
                                "/spec/entityOperator/template/pod/securityContext",
                                "/spec/entityOperator/template/userOperatorContainer"),
                        refused(
                                rendering,
                                "KafkaNodePool",
                                "/spec/template/pod/securityContext",
                                "/spec/template/kafkaContainer"),
                        refused(rendering, "Redis", "/spec/podSecurityContext", "/spec"))
                .flatMap(refused -> refused)
                .map(Manifest::id);
    }

    private static Stream<Manifest> refused(Rendering rendering, String kind, String pod, String container) {
        return rendering
                .of(kind)
                .filter(made -> !made.at(pod).path("runAsNonRoot").asBoolean(false)
                        || !made.at(pod).at("/seccompProfile/type").asString("").equals("RuntimeDefault")
                        || !staysUser(made.at(container))
                        || !powerless(made.at(container)));
    }

    // What closes after the requests (counts are stored, pools end) has ten seconds.
    private static Stream<String> ends(Rendering rendering) {
        var grace =
                rendering.rowhouse().pod().path("terminationGracePeriodSeconds").asInt(30);
        var preStop = rendering
                .rowhouseContainer()
                .at("/lifecycle/preStop/sleep/seconds")
                .asInt(0);
        var delay = seconds(rendering.setting("rowhouse.drain.delay"), 0);
        var phase = seconds(rendering.setting("spring.lifecycle.timeout-per-shutdown-phase"), 30);
        if (!rendering.setting("server.shutdown").equals("graceful")) {
            return Stream.of("server.shutdown is not graceful");
        }
        return preStop + delay >= 5 && delay < phase && grace >= preStop + delay + phase + 10
                ? Stream.of()
                : Stream.of(grace + " s for " + (preStop + delay) + " s of notice and " + phase + " s of draining");
    }

    private static int seconds(String duration, int otherwise) {
        return duration.matches("\\d+s") ? Integer.parseInt(duration.substring(0, duration.length() - 1)) : otherwise;
    }
}
