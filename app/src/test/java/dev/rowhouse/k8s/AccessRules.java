package dev.rowhouse.k8s;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What holds of identities, rights, secrets and names. */
final class AccessRules {

    private static final Set<String> RIGHTS = Set.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");
    private static final String VAULT = "vault";
    private static final String TOKEN_PLACE = "ROWHOUSE_VAULT_SERVICEACCOUNTTOKEN";
    // Made by hand or by an operator: k8s/README.md says how.
    private static final Set<String> SECRETS = Set.of(
            "rowhouse",
            "rowhouse-shards",
            "shard-1-superuser",
            "servers",
            "redis",
            "rowhouse-kafka",
            "events-cluster-ca-cert");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)(password|passwd|secret|token|credential|jaas|private|api-?key|redis\\.uri|_AUTH$)");
    private static final Pattern SECRET_VALUE = Pattern.compile("-----BEGIN|://[^/\\s]*:[^@/\\s]+@|(?i)password=");

    static final List<Rule> ALL = List.of(
            new Rule(
                    "nobody has a right in the cluster",
                    rendering -> rendering.manifests().stream()
                            .filter(manifest -> RIGHTS.contains(manifest.kind()))
                            .map(Manifest::id)),
            new Rule("no pod has a token of the API server", AccessRules::tokens),
            Rule.ofEach(
                    "secrets carry no values",
                    rendering -> rendering.of("Secret"),
                    secret -> !secret.json().has("data") && !secret.json().has("stringData")),
            new Rule("nothing secret is written down", AccessRules::writtenDown),
            new Rule("what is referred to exists", AccessRules::references),
            new Rule("everything is in one namespace that is restricted", AccessRules::namespaces),
            new Rule("names are unique", AccessRules::unique));

    private AccessRules() {}

    private static Stream<String> tokens(Rendering rendering) {
        var mounted = rendering
                .workloads()
                .filter(workload ->
                        workload.pod().path("automountServiceAccountToken").asBoolean(true));
        var projected = rendering
                .workloads()
                .filter(workload -> workload.pod()
                        .path("volumes")
                        .valueStream()
                        .flatMap(volume -> volume.at("/projected/sources").valueStream())
                        .filter(source -> source.has("serviceAccountToken"))
                        .anyMatch(source -> !VAULT.equals(
                                source.at("/serviceAccountToken/audience").asString(""))));
        var accounts = rendering
                .of("ServiceAccount")
                .filter(account ->
                        account.json().path("automountServiceAccountToken").asBoolean(true));
        return Stream.of(mounted, projected, accounts).flatMap(all -> all).map(Manifest::id);
    }

    private static Stream<String> writtenDown(Rendering rendering) {
        var configuration = rendering
                .of("ConfigMap")
                .flatMap(map -> map.json()
                        .path("data")
                        .propertyStream()
                        .filter(entry ->
                                isSecret(entry.getKey(), entry.getValue().asString("")))
                        .map(entry -> map.id() + ": " + entry.getKey()));
        var variables = rendering
                .workloads()
                .flatMap(workload -> workload.containers()
                        .flatMap(container -> container.path("env").valueStream())
                        .filter(variable -> variable.has("value"))
                        .filter(variable -> isSecret(
                                variable.path("name").asString(""),
                                variable.path("value").asString("")))
                        .map(variable ->
                                workload.id() + ": " + variable.path("name").asString("")));
        return Stream.concat(configuration, variables);
    }

    // Where a secret is to be found is none.
    private static boolean isSecret(String name, String value) {
        return SECRET_NAME.matcher(name).find() && !name.equals(TOKEN_PLACE)
                || SECRET_VALUE.matcher(value).find();
    }

    private static Stream<String> references(Rendering rendering) {
        return rendering.workloads().flatMap(workload -> {
            var pod = workload.pod();
            var volumes = pod.path("volumes")
                    .valueStream()
                    .flatMap(volume -> Stream.concat(
                            Stream.of(volume), volume.at("/projected/sources").valueStream()))
                    .toList();
            var maps = volumes.stream()
                    .filter(volume -> volume.has("configMap"))
                    .map(volume -> volume.at("/configMap/name").asString(""))
                    .filter(name -> !rendering.has("ConfigMap", name));
            var secrets = Stream.concat(
                            volumes.stream()
                                    .filter(volume -> volume.has("secret"))
                                    .map(volume -> volume.at("/secret/name")
                                            .asString(volume.at("/secret/secretName")
                                                    .asString(""))),
                            pod.path("containers")
                                    .valueStream()
                                    .flatMap(container -> container.path("env").valueStream())
                                    .filter(variable -> variable.has("valueFrom"))
                                    .map(variable -> variable.at("/valueFrom/secretKeyRef/name")
                                            .asString("")))
                    .filter(name -> !SECRETS.contains(name));
            var accounts = Stream.of(pod.path("serviceAccountName").asString(""))
                    .filter(name -> !name.isEmpty() && !rendering.has("ServiceAccount", name));
            return Stream.of(maps, secrets, accounts, withoutVolume(workload))
                    .flatMap(missing -> missing)
                    .map(name -> workload.id() + ": " + name);
        });
    }

    private static Stream<String> withoutVolume(Manifest workload) {
        var claims = workload.at("/spec/volumeClaimTemplates").valueStream().map(claim -> claim.path("metadata"));
        var volumes = Stream.concat(workload.pod().path("volumes").valueStream(), claims)
                .map(volume -> volume.path("name").asString(""))
                .collect(Collectors.toSet());
        return workload.containers()
                .flatMap(container -> container.path("volumeMounts").valueStream())
                .map(mount -> mount.path("name").asString(""))
                .filter(name -> !volumes.contains(name));
    }

    private static Stream<String> namespaces(Rendering rendering) {
        var homes = rendering.of("Namespace").toList();
        if (homes.size() != 1) {
            return Stream.of(homes.size() + " namespaces");
        }
        var home = homes.getFirst();
        var labels = Manifest.strings(home.at("/metadata/labels"));
        var restricted = Stream.of("enforce", "audit", "warn")
                .filter(mode -> !"restricted".equals(labels.get("pod-security.kubernetes.io/" + mode)))
                .map(mode -> home.id() + " does not " + mode);
        var elsewhere = rendering.manifests().stream()
                .filter(manifest -> manifest != home && !manifest.namespace().equals(home.name()))
                .map(Manifest::id);
        return Stream.concat(restricted, elsewhere);
    }

    private static Stream<String> unique(Rendering rendering) {
        return rendering.manifests().stream()
                .collect(Collectors.groupingBy(Manifest::id, Collectors.counting()))
                .entrySet()
                .stream()
                .filter(count -> count.getValue() > 1)
                .map(count -> count.getKey() + " is there " + count.getValue() + " times");
    }
}
