package dev.rowhouse.k8s;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A sentence that holds of every rendering.
 *
 * @param violations one line for each place where it does not
 */
record Rule(String name, Function<Rendering, Stream<String>> violations) {

    static final List<Rule> ALL = Stream.of(
                    PodRules.ALL, ScaleRules.ALL, NetworkRules.ALL, RouteRules.ALL, AccessRules.ALL, SettingRules.ALL)
            .flatMap(List::stream)
            .toList();

    /** A rule that looks at one object at a time. */
    static Rule ofEach(String name, Function<Rendering, Stream<Manifest>> subjects, Function<Manifest, Boolean> holds) {
        return new Rule(
                name,
                rendering -> subjects.apply(rendering)
                        .filter(manifest -> !holds.apply(manifest))
                        .map(Manifest::id));
    }

    static Rule named(String name) {
        return ALL.stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no rule: " + name));
    }

    List<String> brokenBy(Rendering rendering) {
        return violations.apply(rendering).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
