package dev.rowhouse.local.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Policies in HCL, as far as {@code path "…" { capabilities = […] }} with {@code *} at the end and {@code +}. */
final class Policies {

    private static final Pattern RULE =
            Pattern.compile("path\\s+\"([^\"]+)\"\\s*\\{\\s*capabilities\\s*=\\s*\\[([^\\]]*)]\\s*}");
    // What each token may, as the policy "default" has it.
    private static final List<String> OF_ALL =
            List.of("auth/token/lookup-self", "auth/token/renew-self", "auth/token/revoke-self", "sys/leases/renew");

    private record Rule(Pattern path, String capabilities) {}

    private final Map<String, List<Rule>> policies = new ConcurrentHashMap<>();

    void put(String name, String hcl) {
        var rules = new ArrayList<Rule>();
        var found = RULE.matcher(hcl);
        while (found.find()) {
            var path = Pattern.quote(found.group(1)).replace("+", "\\E[^/]+\\Q");
            path = found.group(1).endsWith("*") ? path.replaceAll("\\*\\\\E$", "\\\\E.*") : path;
            rules.add(new Rule(Pattern.compile(path), found.group(2)));
        }
        if (rules.isEmpty()) {
            throw new Refusal(400, "failed to parse policy");
        }
        policies.put(name, rules);
    }

    boolean allow(List<String> names, String method, String path) {
        var capability = method.equals("GET") ? "read" : method.equals("DELETE") ? "delete" : "update";
        if (names.contains("root") || OF_ALL.contains(path)) {
            return true;
        }
        return names.stream()
                .flatMap(name -> policies.getOrDefault(name, List.of()).stream())
                .filter(rule -> rule.path().matcher(path).matches())
                .anyMatch(rule -> rule.capabilities().contains("\"" + capability + "\"")
                        || capability.equals("update") && rule.capabilities().contains("\"create\""));
    }
}
