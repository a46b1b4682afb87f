package dev.rowhouse.app.openapi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes out of a document the components to which nothing leads. */
final class Pruning {

    private static final String PREFIX = "#/components/";

    private Pruning() {}

    /** @param sections of the components that are only there to be referred to */
    static void prune(ObjectNode document, List<String> sections) {
        var components = document.get("components");
        var reached = new HashSet<String>();
        Deque<JsonNode> open = new ArrayDeque<>(List.of(document.get("paths")));
        while (!open.isEmpty()) {
            var node = open.pop();
            // A column may be called $ref; then it stands for an object, not for a text.
            if (node.get("$ref") instanceof JsonNode reference && reference.isString()) {
                follow(reference.stringValue(), components, reached, open);
            } else {
                node.forEach(open::push);
            }
        }
        for (var section : sections) {
            if (components.get(section) instanceof ObjectNode all) {
                all.retain(all.propertyNames().stream()
                        .filter(key -> reached.contains(PREFIX + section + "/" + key))
                        .toList());
            }
        }
    }

    private static void follow(String reference, JsonNode components, Set<String> reached, Deque<JsonNode> open) {
        if (reached.add(reference)) {
            var names = reference.substring(PREFIX.length()).split("/", 2);
            open.push(components.get(names[0]).get(names[1]));
        }
    }
}
